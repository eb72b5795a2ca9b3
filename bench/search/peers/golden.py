"""The value of every formula at the points of an exchange file, for test/golden/search-problems.json.

    node bench/search/peers/exchange.ts > exchange.json
    python bench/search/peers/golden.py exchange.json > test/golden/search-problems.json
"""
import json
import platform
import sys

import problems

with open(sys.argv[1]) as file:
    exchange = json.load(file)
golden = {"source": f"Python {platform.python_version()}", "problems": {}}
for problem in exchange["problems"]:
    if problem["kind"] == "real":
        continue
    evaluate = problems.formula(problem["name"])
    configurations = problem["points"]["configurations"]
    losses = [evaluate(configuration) for configuration in configurations]
    golden["problems"][problem["name"]] = {"configurations": configurations, "losses": losses}
json.dump(golden, sys.stdout)
