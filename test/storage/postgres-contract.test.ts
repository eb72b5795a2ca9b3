import { PostgresStorage } from "../../src/search/storage/index.ts";
import { describePostgres } from "../../src/testing/describe-postgres.ts";
import { storageContract } from "../../src/testing/storage-contract.ts";
import { storageEquivalence } from "../../src/testing/storage-equivalence.ts";

describePostgres("storage on PostgreSQL", (server) => {
  storageContract({
    create: async () => {
      const url = await server.createDatabase();
      return { storage: await PostgresStorage.open(url), reopen: () => PostgresStorage.open(url) };
    },
  });

  storageEquivalence({
    create: async () => PostgresStorage.open(await server.createDatabase()),
    runs: 12,
  });
});
