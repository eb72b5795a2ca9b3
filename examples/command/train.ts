// Gradient descent with momentum down a narrow valley: a program that knows nothing of Tunesmith.
const given = new Map(
  process.argv.slice(2).map((word) => word.replace(/^--/, "").split("=") as [string, string]),
);
const rate = Number(given.get("rate"));
const momentum = Number(given.get("momentum"));

let [x, y, speedX, speedY] = [3, 1, 0, 0];
for (let step = 1; step <= 40; step++) {
  speedX = momentum * speedX - rate * x;
  speedY = momentum * speedY - rate * 20 * y;
  x += speedX;
  y += speedY;
  const loss = (x * x + 20 * y * y) / 2;
  process.stdout.write(`${JSON.stringify({ loss, step })}\n`);
}
