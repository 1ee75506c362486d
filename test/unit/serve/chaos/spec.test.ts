import { describe, expect, test } from "vitest";
import { type Kind, millisecondsOf } from "../../../../src/serve/chaos/kind.ts";
import { kinds } from "../../../../src/serve/chaos/kinds/index.ts";
import { routeNames } from "../../../../src/serve/chaos/routes.ts";
import { parseSpec } from "../../../../src/serve/chaos/spec.ts";

const rates = (text: string) => {
  const { rates: read, problems } = parseSpec(text);
  expect(problems).toEqual([]);
  return read;
};

describe("a chaos spec", () => {
  test("names faults with their rate, route, time, status and way, in any order", () => {
    expect(rates("seed=7, late@create_job=0.05:200ms , server_error@POST /files=.5:after:502")).toEqual([
      { route: "create_job", rate: 0.05, fault: { kind: "late", seconds: 0.2 } },
      { route: "create_file", rate: 0.5, fault: { kind: "server_error", status: 502, way: "after" } },
    ]);
    expect(parseSpec("seed=7").seed).toBe(7);
    expect(parseSpec("reset=1").seed).toBe(0);
  });

  test("strikes every time where only a setting stands", () => {
    expect(rates("stuck=1m")).toEqual([
      { route: "create_job", rate: 1, fault: { kind: "stuck", seconds: 60, way: "queued" } },
    ]);
    expect(rates("server_error@chat=503")[0]).toMatchObject({ rate: 1, fault: { status: 503, way: "after" } });
    expect(rates("list_lag=1")).toMatchObject([{ rate: 1 }, { rate: 1 }, { rate: 1 }]);
  });

  test("strikes all routes of a kind but the list of models, which must be named", () => {
    const struck = rates("reset=0.1").map(({ route }) => route);
    expect(struck).toHaveLength(routeNames.length - 1);
    expect(struck).not.toContain("list_models");
    expect(rates("reset@list_models=1").map(({ route }) => route)).toEqual(["list_models"]);
  });

  test("takes the last of a kind that is named twice for a route", () => {
    const read = rates("reset=0.1,reset@chat=0.9");
    expect(read.filter(({ route }) => route === "chat")).toMatchObject([{ rate: 0.9 }]);
    expect(read.filter(({ route }) => route === "get_job")).toMatchObject([{ rate: 0.1 }]);
  });

  test("with only a seed has a bit of everything that passes", () => {
    const usual = new Set(rates("seed=3").map(({ fault }) => fault.kind));
    const passing = Object.entries<Kind>(kinds).filter(([, { usualRate }]) => usualRate > 0);
    expect([...usual].sort()).toEqual(passing.map(([name]) => name).sort());
    for (const final of ["quota", "unauthorized", "closed"]) expect(usual).not.toContain(final);
    for (const { fault } of rates("seed=3")) expect(millisecondsOf(fault)).toBeLessThanOrEqual(5000);
  });

  test("tells everything that is wrong with it at once, and what was meant", () => {
    const text =
      "seed=x,lost_anwer@creat_job=0.1,html@nowhere=2,late@get_job=2s,reset=0.1:3s,empty=0.1:500,stuck=0.1:runing,late=2s:3s,hang=2h,late=2000s:0.5,slow=100m,,seed";
    const { problems } = parseSpec(text);
    expect(problems.map(({ message }) => message)).toEqual([
      'The seed "x" is no whole number from 0.',
      'There is no fault "lost_anwer".',
      'There is no route "creat_job".',
      'There is no route "nowhere".',
      'Cannot read "2" in html=2.',
      "late can't strike get_job.",
      "reset takes no time.",
      "empty does not take the status 500.",
      'stuck does not take "runing".',
      "late=2s:3s says one thing twice.",
      'Cannot read "2h" in hang=2h.',
      'Cannot read "0.5" in late=2000s:0.5.',
      "slow can't last 6000 seconds.",
      "A part of it is empty.",
      'Cannot read "seed".',
    ]);
    const hintOf = (message: string) => problems.find((found) => found.message === message)?.hint;
    expect(hintOf('There is no fault "lost_anwer".')).toContain('Did you mean "lost_answer"?');
    expect(hintOf('There is no route "creat_job".')).toContain('Did you mean "create_job"?');
    expect(hintOf("late can't strike get_job.")).toContain("create_job");
    for (const { hint, code } of problems) expect([hint, code]).toEqual([expect.stringMatching(/\S/), "USAGE"]);
  });
});
