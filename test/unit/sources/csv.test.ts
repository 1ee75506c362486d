import { describe, expect, test } from "vitest";
import { readSource, told } from "./rows.ts";

const values = (rows: readonly { readonly values: Readonly<Record<string, unknown>> }[]) =>
  rows.map((row) => ({ ...row.values }));
const lines = (rows: readonly { readonly location: { readonly line?: number } }[]) =>
  rows.map(({ location }) => location.line);

describe("csv", () => {
  test("cells are texts, taken as they are", async () => {
    const { rows } = await readSource("csv", 'a,b\n 1 ,"x ""y"", z"\n');
    expect(values(rows)).toEqual([{ a: " 1 ", b: 'x "y", z' }]);
  });

  test.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("lines may end with %s, and a record's line is where it begins", async (_name, end) => {
    const { rows } = await readSource("csv", ["a,b", "1,2", '"x\ny",3', "4,5"].join(end));
    expect(values(rows)).toEqual([
      { a: "1", b: "2" },
      { a: "x\ny", b: "3" },
      { a: "4", b: "5" },
    ]);
    expect(lines(rows)).toEqual([2, 3, 5]);
  });

  test("line ends may be mixed", async () => {
    const { rows } = await readSource("csv", "a\r\n1\n2\r\n3");
    expect(values(rows)).toEqual([{ a: "1" }, { a: "2" }, { a: "3" }]);
  });

  test("line ends may become others far into the file, and stand in cells before and after", async () => {
    const ends = ["\n", "\r\n", "\r"];
    const row = (index: number) => [
      `${index}`,
      index % 7 === 0 ? `x${ends[index % 3]}y` : "plain",
      "é".repeat(index % 40),
    ];
    const expected = Array.from({ length: 3000 }, (_, index) => row(index));
    let line = 2;
    const places = expected.map(([, cell = ""]) => {
      const own = line;
      line += /[\r\n]/.test(cell) ? 2 : 1;
      return own;
    });
    const written = expected.map(
      ([one, two = "", three], index) =>
        `${one},${two === "plain" ? two : `"${two}"`},${three}${ends[index < 1000 ? 0 : index % 3]}`,
    );
    const { rows } = await readSource("csv", `one,two,three\n${written.join("")}`);
    expect(values(rows)).toEqual(expected.map(([one, two, three]) => ({ one, two, three })));
    expect(lines(rows)).toEqual(places);
  });

  test("a byte order mark is no part of the first column's name", async () => {
    expect(values((await readSource("csv", "\ufeffa\n1")).rows)).toEqual([{ a: "1" }]);
  });

  test("a file in UTF-16 with its mark is read as such", async () => {
    expect(values((await readSource("csv", Buffer.from("\ufeffa\né", "utf16le"))).rows)).toEqual([{ a: "é" }]);
  });

  test("latin1 is read as windows-1252 where it is asked for", async () => {
    const data = Buffer.from([0x61, 0x0a, 0xe9, 0x80]);
    expect(values((await readSource("csv", data, { options: { encoding: "latin1" } })).rows)).toEqual([{ a: "é€" }]);
  });

  test.each([1, 2, 3, 5, 7])("characters that are cut between chunks of %i bytes come out whole", async (chunk) => {
    const { rows } = await readSource("csv", 'a,b\né€😀,"1\n2"\n', { chunk });
    expect(values(rows)).toEqual([{ a: "é€😀", b: "1\n2" }]);
  });

  test("another delimiter is taken where it is asked for", async () => {
    expect(values((await readSource("csv", "a;b\n1,5;2", { options: { delimiter: ";" } })).rows)).toEqual([
      { a: "1,5", b: "2" },
    ]);
  });

  test("blank lines at the end are no rows", async () => {
    const { rows, problems } = await readSource("csv", "a,b\n1,2\n\n\n");
    expect([rows.length, problems]).toEqual([1, []]);
  });

  test("a cell of spaces in the only column is a row", async () => {
    const { rows, problems } = await readSource("csv", "a\n1\n  \n");
    expect([values(rows), problems]).toEqual([[{ a: "1" }, { a: "  " }], []]);
  });

  test("columns named like parts of JavaScript are columns", async () => {
    const { rows } = await readSource("csv", "__proto__,constructor\n1,2\n");
    expect(Object.entries(rows[0]?.values ?? {})).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
    expect("toString" in (rows[0]?.values ?? {})).toBe(false);
  });

  test("a cell of very many lines is warned of", async () => {
    const { rows, warnings } = await readSource("csv", `a,b\n1,"${"x\n".repeat(300)}"\n`);
    expect(rows).toHaveLength(1);
    expect(warnings.map(told)).toEqual(["SOURCE_INVALID 2 A cell has more than 200 lines."]);
  });

  const bad: readonly (readonly [string, string | Uint8Array, readonly string[]])[] = [
    ["an empty file", "", ["SOURCE_EMPTY  data.txt is empty."]],
    ["a file of a byte order mark", "\ufeff", ["SOURCE_EMPTY 1 data.txt has no rows."]],
    ["a header alone", "a,b\n", ["SOURCE_EMPTY 1 data.txt has no rows."]],
    ["semicolons", "a;b\n1;2\n", ['SOURCE_INVALID 1 The header is one column, "a;b".']],
    ["tabs", "a\tb\n1\t2\n", ['SOURCE_INVALID 1 The header is one column, "a\\tb".']],
    ["a column twice", "a,b,a\n1,2,3\n", ['SOURCE_INVALID 1 The column "a" stands twice in the header.']],
    [
      "columns without names",
      "a,, \n1,2,3\n",
      ["SOURCE_INVALID 1 Column 2 has no name.", "SOURCE_INVALID 1 Column 3 has no name."],
    ],
    [
      "ragged rows, all of them",
      "a,b\n1,2,3\n1\n1,2\n4,5,6\n",
      ["ROW_RAGGED 2 3 cells, but the header has 2. (also 5)", "ROW_RAGGED 3 1 cell, but the header has 2."],
    ],
    ["a blank line", "a,b\n\n1,2\n", ["ROW_RAGGED 2 The line is blank."]],
    [
      "a quote that is never closed",
      'a,b\n1,2\n3,"x\n4,5\n6,7\n',
      ["SOURCE_INVALID 3:3 The quote that opens here is never closed."],
    ],
    [
      "an open quote after a good one",
      'a,b\n"x ""q""","y\n',
      ["SOURCE_INVALID 2:11 The quote that opens here is never closed."],
    ],
    [
      "an open quote in a later line of its record",
      'a,b\n"1\n2","x\n',
      ["SOURCE_INVALID 3:4 The quote that opens here is never closed."],
    ],
    [
      "text after a closing quote",
      'a,b\n1,"x\n2,"y" z\n',
      ["SOURCE_INVALID 2:3 The quoted cell that opens here goes on after its closing quote, in line 3."],
    ],
    [
      "a quote within a bare cell",
      'a,b\n1,5" pan\n',
      ["SOURCE_INVALID 2 A quote stands in the middle of a cell that is not quoted."],
    ],
    [
      "a ragged row before a bad quote",
      'a,b\n1\n2,"x',
      ["ROW_RAGGED 2 1 cell, but the header has 2.", "SOURCE_INVALID 3:3 The quote that opens here is never closed."],
    ],
    [
      "a record without end",
      `a,b\n1,"${"x".repeat(9 << 20)}"\n`,
      ["SOURCE_INVALID 2:3 The record that begins here is longer than 8 MiB."],
    ],
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
      ["SOURCE_INVALID 1 data.txt is a Git LFS pointer, not the file itself."],
    ],
    ["a NUL", "a,b\n1,2\n3,\0\n", ["SOURCE_INVALID 3 data.txt holds a NUL character, at byte 10."]],
    [
      "latin-1 without saying so",
      Buffer.from("a\nok\ncaf\xe9!\n", "latin1"),
      ["SOURCE_ENCODING 3 data.txt is not UTF-8: byte 8 is 0xe9."],
    ],
    [
      "a character cut off at the end",
      Buffer.from([0x61, 0x0a, 0x62, 0xc3]),
      ["SOURCE_ENCODING 2 data.txt is not UTF-8: byte 3 is 0xc3."],
    ],
    [
      "UTF-16 without its mark",
      Buffer.from("a,b\n1,2\n", "utf16le"),
      ["SOURCE_ENCODING 1 data.txt looks like UTF-16."],
    ],
    ["UTF-16, big-endian", Buffer.from([0xfe, 0xff, 0, 0x61]), ["SOURCE_ENCODING 1 data.txt is UTF-16, big-endian."]],
  ];
  test.each(bad)("%s is refused with its place", async (_name, data, expected) => {
    const { problems } = await readSource("csv", data);
    expect(problems.map(told)).toEqual(expected);
  });

  test.each([1, 2, 3, 64, 65, 1000])(
    "bad UTF-16 is told by its line and byte, in chunks of %i bytes",
    async (chunk) => {
      const head = Buffer.from(`\ufeffa\r\n${"é😀\r\n".repeat(40)}`, "utf16le");
      const cases: readonly (readonly [Buffer, string])[] = [
        [Buffer.from("x", "utf16le"), ""],
        [Buffer.from([0x78]), `is no whole UTF-16: byte ${head.length} begins half a character.`],
        [Buffer.from([0x3d, 0xd8, 0x78, 0]), `is no whole UTF-16: byte ${head.length} begins half a character.`],
        [Buffer.from([0x78, 0, 0, 0]), `holds a NUL character, at byte ${head.length + 2}.`],
      ];
      for (const [tail, wanted] of cases) {
        const { rows, problems } = await readSource("csv", Buffer.concat([head, tail]), { chunk });
        if (wanted === "") expect([rows.length, problems]).toEqual([41, []]);
        else expect(problems.map(told)).toEqual([expect.stringMatching(new RegExp(`^\\w+ 42 data.txt ${wanted}$`))]);
      }
    },
  );

  test("what can be read and was hardly meant is warned of once, at its first place", async () => {
    const lost = await readSource("csv", "a\n1\n\ufffd\n\ufffd\n", { chunk: 5 });
    expect(lost.warnings.map(told)).toEqual(["SOURCE_ENCODING 3 data.txt holds U+FFFD, the replacement character."]);
    const latin1 = { options: { encoding: "latin1" } };
    const accents = await readSource("csv", "a\n1\né\nü\n", latin1);
    expect(accents.warnings.map(told)).toEqual(["SOURCE_ENCODING 3 data.txt looks like UTF-8."]);
    expect((await readSource("csv", Buffer.from("a\né\n", "latin1"), latin1)).warnings).toEqual([]);
    const again = await readSource("csv", "a,b\n1,2\na,b\na,b\n");
    expect(again.warnings.map(told)).toEqual(["SOURCE_INVALID 3 The line is the header again, and taken for a row."]);
  });

  test("the offset of a bad byte is right far into the file, however the chunks fall", async () => {
    const head = Buffer.from(`a\n${"é😀\n".repeat(30_000)}`);
    const data = Buffer.concat([head, Buffer.from([0xc3, 0x28, 0x0a])]);
    for (const chunk of [64 * 1024, 1000]) {
      const { problems } = await readSource("csv", data, { chunk });
      expect(problems.map(told)).toEqual([`SOURCE_ENCODING 30002 data.txt is not UTF-8: byte ${head.length} is 0xc3.`]);
    }
  });
});
