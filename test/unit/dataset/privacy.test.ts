import { describe, expect, test } from "vitest";
import type { TextMessage } from "../../../src/core/chat.ts";
import { createPrivacyGuard } from "../../../src/dataset/privacy/guard.ts";
import { detectors } from "../../../src/dataset/privacy/index.ts";
import { createRandom } from "../../../src/engine/random.ts";

/** Made of two halves, so that this file itself holds no secret. */
const made = (...parts: readonly string[]): string => parts.join("");
const letters = (count: number): string => "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fL".repeat(8).slice(0, count);
const privateKey = made("-----BEGIN RSA PRIVATE ", `KEY-----\nMII${letters(200)}\n-----END RSA PRIVATE `, "KEY-----");

/** A text as it stands in a training file. */
const lineOf = (text: string): Uint8Array =>
  Buffer.from(JSON.stringify({ messages: [{ role: "user", content: text }] }));

/** What each detector finds, and what it leaves alone. A new one adds its own here. */
const samples: Readonly<
  Record<keyof typeof detectors, { readonly found: readonly string[]; readonly left: readonly string[] }>
> = {
  secrets: {
    found: [
      made("sk-proj-", letters(40)),
      made("sk-ant-api03-", letters(91), "AA"),
      made("AKIA", "IOSFODNN7EXAMPL2"),
      made("ghp_", letters(36)),
      made("github_pat_", letters(82)),
      made("glpat-", letters(20)),
      made("xoxb-", "123456789012-123456789012-", letters(24)),
      made("hf_", "abcdefghijKLMNOPqrstuvwxyzABCDEFGH"),
      made("npm_", letters(36)),
      made("SG.", letters(22), ".", letters(43)),
      made("postgres://", "admin:hunter2secret@db.internal.net/main"),
      made("https://", "deploy:s3cr3tPassw0rd@git.internal.net/x.git"),
      privateKey,
    ],
    left: [
      "The password is on the note.",
      "https://github.com/someone/some-very-long-repository-name-with-many-words",
      "sk-8 is a road, and ghp_ is only a prefix.",
      "donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft",
      "git clone https://example.org/a.git",
      "3f786850e387550fdab836ed7e6dc881de23001b",
    ],
  },
  email: {
    found: ["jo.doe+x@mail.company.co.uk", "a_b@firma.de"],
    left: ["@handle", "someone@example.com", "x@host.test", "a@b", "me at mail dot com"],
  },
  iban: {
    found: ["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "NO9386011117947"],
    left: ["DE88 3704 0044 0532 0130 00", "AB12", "ORDER2024 1234 5678 9012", "DE89"],
  },
  payment_card: {
    found: ["4111 1111 1111 1111", "5500005555555559", "3782-822463-10005"],
    left: ["4111 1111 1111 1112", "1234567890", "3333333333333333", "4111.1111", "2024-01-01 12:00:00"],
  },
  phone: {
    found: ["+49 30 1234 5678", "+442079460958", "+1 (212) 664-7665", "(212) 664-7665", "212-664-7665"],
    left: ["12 of 34", "+1", "2024-11-21", "(212) 555-0123", "order 212-664-76651", "10.0.0.1", "1,234,567,890"],
  },
};

describe.each(Object.entries(detectors))("%s", (name, detector) => {
  const { found, left } = samples[name as keyof typeof samples];

  test.each(found)("a line with %j is looked at", (value) => {
    for (const text of [value, `before ${value}\n`, `"${value}" after`, `🙂${value}é`]) {
      expect(detector.suspects(lineOf(text))).toBe(true);
    }
  });

  test("lines are looked at wherever there is something to find, whatever it is made of", async () => {
    const random = createRandom(5);
    const scraps = [...found, ...left].flatMap((value) => [value, value.slice(0, 12), value.slice(4), value.slice(-7)]);
    const others = [
      " ",
      "\n",
      '"',
      "\\",
      "é",
      "🙂",
      "-",
      "+1",
      "12",
      "AB",
      "PRIVATE KEY",
      "account",
      "://",
      "@",
      "_authToken",
    ];
    const pick = (list: readonly string[]): string => list[random.below(list.length)] as string;
    let told = 0;
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: 1 + random.below(4) }, () =>
        pick(random.below(2) === 0 ? scraps : others),
      ).join("");
      const findings = await detector.find(text);
      if (findings.length === 0) continue;
      told++;
      expect(detector.suspects(lineOf(text)), text).toBe(true);
    }
    expect(told).toBeGreaterThan(100);
  });

  test("says what it is", () => {
    expect(detector.summary).toMatch(/^\S.*\.$/);
  });

  test.each(found.map((value) => [value.slice(0, 24), value]))("finds %s, where it stands", async (_, value) => {
    const before = "Write this down: ";
    const [first, ...others] = await detector.find(`${before}${value} and go.`);
    expect(first).toMatchObject({
      what: expect.stringMatching(/^an? /),
      placeholder: expect.stringMatching(/^\[\w+\]$/),
    });
    const ranges = [first, ...others].filter((item) => item !== undefined);
    expect(Math.min(...ranges.map(({ start }) => start))).toBeLessThan(before.length + value.length);
    expect(Math.max(...ranges.map(({ end }) => end))).toBeGreaterThan(before.length);
    for (const { what } of ranges) expect(what).not.toContain(value.slice(0, 12));
  });

  test.each(left)("leaves alone: %s", async (text) => {
    expect(await detector.find(text)).toEqual([]);
  });
});

const chat = (user: string, system = "Be brief."): readonly TextMessage[] => [
  { role: "system", content: system },
  { role: "user", content: user },
];

describe("the guard", () => {
  test("tells each finding with its message and what is to be done, in order", async () => {
    const guard = createPrivacyGuard({ secrets: "block", personal: "redact" });
    const found = await guard.examine(chat(`+49 30 1234 5678 or a@firma.de, ${made("ghp_", letters(36))}`));
    expect(found.map(({ kind, action, message, what }) => [kind, action, message, what])).toEqual([
      ["personal", "redact", 1, "a phone number"],
      ["personal", "redact", 1, "an e-mail address"],
      ["secrets", "block", 1, "a GitHub token"],
    ]);
  });

  test("replaces only what is to be redacted, all of it", async () => {
    const text = `a@firma.de, b@firma.de; key ${made("ghp_", letters(36))}.`;
    const guard = createPrivacyGuard({ secrets: "warn", personal: "redact" });
    expect(await guard.redact(text)).toBe(`[email], [email]; key ${made("ghp_", letters(36))}.`);
    const both = createPrivacyGuard({ secrets: "redact", personal: "redact" });
    expect(await both.redact(text)).toBe("[email], [email]; key [secret].");
    expect(await both.redact("plain")).toBe("plain");
  });

  test("what is off is not looked for", async () => {
    const guard = createPrivacyGuard({ secrets: "off", personal: "off" });
    expect(await guard.examine(chat(`a@firma.de ${made("ghp_", letters(36))}`))).toEqual([]);
  });

  test("a message that comes again is found again", async () => {
    const guard = createPrivacyGuard({ secrets: "block", personal: "warn" });
    const system = `Ask c@firma.de`;
    for (let time = 0; time < 3; time++) {
      expect((await guard.examine(chat("hi", system))).map(({ message }) => message)).toEqual([0]);
    }
  });
});
