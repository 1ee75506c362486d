import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { howMany } from "../size.ts";
import { playMany, playSchedule, type Reference, resumeElsewhere, undisturbed } from "./schedule.ts";

const program = inject("program");
let reference: Reference;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ftpipe-reference-"));
  reference = await undisturbed(program, folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const schedules = howMany(50, 300);

test(`${schedules} runs that are killed at random instants end with one job, whole files and the same report`, {
  timeout: 1_800_000,
}, async () => {
  const play = (seed: number) => playSchedule(seed, program, reference);
  const { failed, kills } = await playMany({ from: 1, count: schedules }, play, "run");
  expect(failed).toEqual([]);
  expect(kills).toBeGreaterThan(schedules);
});

const clones = howMany(5, 100);

test(`${clones} runs that are killed at random instants go on in another clone that has only git and the key`, {
  timeout: 1_200_000,
}, async () => {
  const play = (seed: number) => resumeElsewhere(seed, program, reference);
  const { failed, kills } = await playMany({ from: 1, count: clones }, play, "elsewhere");
  expect(failed).toEqual([]);
  expect(kills).toBeGreaterThan(clones / 2);
});
