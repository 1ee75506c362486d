/**
 * Everything that must hold before a commit lands: lint, types, generated files, unused code, package, tests.
 * Ends with a line `N passed, N failed` of the real counts; a failed check counts as one failed test.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** They run side by side, when there is a build to look at. */
const checks: readonly (readonly [string, string])[] = [
  ["lint", "biome check ."],
  ["types", "tsc -p tsconfig.check.json"],
  ["generated files", "node schemas/generate.ts --check"],
  ["kernels", "node scripts/build-kernels.ts --check"],
  ["tokenizer", "node scripts/train-tokenizer.ts --check"],
  ["unused code", "knip"],
  ["package", "publint --strict"],
];

/** Runs a check and shows what it said when it has ended, so that those that run side by side are not mixed. */
async function passes([name, command]: readonly [string, string]): Promise<boolean> {
  const child = spawn(command, { cwd: root, shell: true, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const [status] = (await once(child, "close")) as [number | null];
  process.stdout.write(`${said}${status === 0 ? "✔" : "✖"} ${name}\n`);
  return status === 0;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
  readonly success: boolean;
}

const results = [await passes(["build", "npm run --silent build"]), ...(await Promise.all(checks.map(passes)))];
let passed = results.filter(Boolean).length;
let failed = results.length - passed;

const folder = mkdtempSync(join(tmpdir(), "ftpipe-test-"));
const report = join(folder, "report.json");
const run = spawnSync("vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`], {
  cwd: root,
  stdio: "inherit",
  // A log that is read afterwards, not a screen.
  env: { ...process.env, ...(process.stdout.isTTY === true ? {} : { NO_COLOR: "1" }) },
});
let skipped = 0;
try {
  const counts = JSON.parse(readFileSync(report, "utf8")) as VitestReport;
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  skipped = counts.numPendingTests;
  // A file that does not even load has no test to count.
  if (!counts.success && counts.numFailedTests === 0) failed += Math.max(1, counts.numFailedTestSuites);
} catch {
  process.stdout.write("✖ the tests ended without a report\n");
  failed++;
}
rmSync(folder, { recursive: true, force: true });
if (run.status !== 0 && failed === 0) failed++;
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exitCode = failed === 0 ? 0 : 1;
