import { relative } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that take the longest, the longest first: begun last, one of them would keep one core busy and the others idle. */
const slow = ["test/kill/", "test/e2e/examples", "test/simulation/", "test/e2e/"];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const path = relative(this.ctx.config.root, moduleId);
      const found = slow.findIndex((start) => path.startsWith(start));
      return found < 0 ? slow.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    // Hung is what takes this long on a machine that does other work too.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: "forks",
    // The default leaves one core out.
    maxWorkers: "100%",
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        test: { name: "program", include: ["test/{e2e,kill}/**/*.test.ts"], globalSetup: "test/program.ts" },
      },
      {
        extends: true,
        // Nothing here changes what others see, and half of the time would go into loading the same modules for each file.
        test: { name: "code", include: ["test/{unit,contract,fault,simulation,corpus}/**/*.test.ts"], isolate: false },
      },
    ],
  },
});
