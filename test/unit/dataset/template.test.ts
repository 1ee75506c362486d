import Handlebars from "handlebars";
import { describe, expect, test } from "vitest";
import { FtpipeError, type Problem } from "../../../src/core/errors.ts";
import { JsonBytes } from "../../../src/core/json-bytes.ts";
import { locateLine } from "../../../src/core/location.ts";
import { createDraw, type Draw } from "../../../src/dataset/draw.ts";
import { checkColumns, compileTemplate, type Template, type TemplateText } from "../../../src/dataset/template.ts";

const row = {
  product: "oven & <pan>",
  title: "a title",
  empty: "",
  nothing: null,
  "a.b": "dotted",
  "full name": "Ann Lee",
  tags: ["red", "blue"],
  maker: { name: "Acme", parts: [{ name: "door" }, { name: "rack" }] },
  log: "L",
  if: "I",
  zero: 0,
  no: false,
};

const source = (file: string, text: string): TemplateText => ({
  text,
  locate: (line, column, length) => locateLine(file, text, line, column, length),
});

interface Options {
  readonly partials?: Readonly<Record<string, string>>;
  readonly allowEmpty?: readonly string[];
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Both ways of rendering must give the same, texts and faults; every test here looks at both. */
async function compile(text: string, { partials = {}, allowEmpty = [] }: Options = {}): Promise<Template> {
  const settings = {
    ...source("t.hbs", text),
    partials: new Map(Object.entries(partials).map(([name, partial]) => [name, source(`${name}.hbs`, partial)])),
    allowEmpty: new Set(allowEmpty),
  };
  const [quick, slow] = [await compileTemplate(settings), await compileTemplate({ ...settings, slow: true })];
  const outcome = (template: Template, values: Readonly<Record<string, unknown>>, drawn: Draw): unknown => {
    try {
      const numbers: number[] = [];
      const keep = { next: () => numbers[numbers.push(drawn.next()) - 1] as number };
      const text = template.render(values, keep);
      const isSound = text.isWellFormed() && text.trim() !== "";
      const json = new JsonBytes();
      const isWritten = template.write(values, { next: () => numbers.shift() as number }, json);
      if (!isSound) expect(isWritten).toBe(false);
      if (isWritten) expect(Buffer.from(json.slice(0, json.length)).toString()).toBe(JSON.stringify(text).slice(1, -1));
      return text;
    } catch (error) {
      if (!(error instanceof FtpipeError)) throw error;
      return error.problems;
    }
  };
  return {
    ...quick,
    render: (values, drawn) => {
      const numbers: number[] = [];
      const keep = { next: () => numbers[numbers.push(drawn.next()) - 1] as number };
      const first = outcome(slow, values, keep);
      let used = 0;
      const again = { next: () => numbers[used++] ?? drawn.next() };
      expect(outcome(quick, values, { next: again.next })).toEqual(first);
      expect(used).toBe(numbers.length);
      used = 0;
      return quick.render(values, { next: again.next });
    },
  };
}

const draw = (template = "t.hbs") => createDraw({ seed: 1, key: "k", variant: 0, template });

async function render(text: string, options: Options = {}): Promise<string> {
  return (await compile(text, options)).render(options.values ?? row, draw());
}

async function problemsOf(text: string, options: Options = {}): Promise<readonly Problem[]> {
  try {
    await render(text, options);
    return [];
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    return error.problems;
  }
}

const told = ({ location, message }: Problem) => `${location?.file}:${location?.line}:${location?.column} ${message}`;

describe("rendering", () => {
  test.each([
    ["{{product}}", "oven & <pan>"],
    ["{{{product}}} {{&product}}", "oven & <pan> oven & <pan>"],
    ["{{zero}} {{no}}", "0 false"],
    ["{{maker.name}} {{this.product}} {{@root.product}}", "Acme oven & <pan> oven & <pan>"],
    ["{{[a.b]}} {{[full name]}} {{'full name'}}", "dotted Ann Lee Ann Lee"],
    ["{{title}} {{title title}} {{log}} {{if}}", "a title A Title L I"],
    ["{{#each tags}}{{@index}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}", "0red, 1blue"],
    [
      "{{#each maker.parts as |part index|}}{{index}}{{part.name}}{{../product}} {{/each}}",
      "0dooroven & <pan> 1rackoven & <pan> ",
    ],
    ["{{#each maker}}{{@key}} {{/each}}", "name parts "],
    ["{{#with maker}}{{name}}{{/with}}", "Acme"],
    ["{{#if empty}}a{{else if product}}b{{else}}c{{/if}}", "b"],
    ["{{#if (eq zero '0')}}same{{/if}}", "same"],
    ["{{#each nothing}}x{{else}}none{{/each}}", "none"],
    ["\\{{raw}} {{!-- note --}}{{! note }}x", "{{raw}} x"],
    ["{{#if product}}\n  yes\n{{/if}}\nend", "  yes\nend"],
    ["", ""],
  ])("%j", async (text, expected) => {
    expect(await render(text)).toBe(expected);
  });

  test.each([
    ["escapes", '{{a}}"\\\u0001\n{{b}}', { a: '5" \\ \t', b: "\u2028\u007f" }],
    ["halves of one character", "{{a}}{{b}} well", { a: "\ud83d", b: "\ude42" }],
    ["half of a character", "{{a}} ill", { a: "\ud83d" }],
    ["white space alone", "{{a}}\t{{b}}", { a: " ", b: "\u00a0" }],
    ["white space around a value", " {{a}} ", { a: "x" }],
  ])("as JSON: %s", async (_what, text, values) => {
    await render(text, { values }); // which looks at the JSON too
  });

  test("what stands in a cell is text, whatever it looks like", async () => {
    expect(await render("{{a}}", { values: { a: "{{b}} \\{{ {{#if" } })).toBe("{{b}} \\{{ {{#if");
  });

  test("partials see the row, and the values that they are called with", async () => {
    const partials = { opening: "{{mood}} {{product}}", outer: "<{{> opening mood='glad'}}>", part: "{{name}}!" };
    expect(await render("{{> outer}} {{#each maker.parts}}{{> part}}{{/each}} {{> part maker}}", { partials })).toBe(
      "<glad oven & <pan>> door!rack! Acme!",
    );
  });

  test("a partial on a line of its own is not indented again", async () => {
    expect(await render("a\n  {{> two}}\nb", { partials: { two: "1\n2\n" } })).toBe("a\n  1\n2\nb");
  });

  const plain = [
    "{{a}} and {{{b}}}",
    "{{#if a}}x{{else}}y{{/if}}\n{{#unless a}}\nz\n{{/unless}}\n",
    "{{~a~}} \n b",
    "{{#each list}}\n- {{this}}\n{{/each}}",
    "{{#with o}}{{p}}{{../a}}{{/with}}",
    "{{#each list as |x i|}}{{i}}={{x}};{{/each}}",
    "a {{! c }} b\n{{!-- c --}}\nd",
  ];
  test.each(plain)("%j gives what Handlebars itself gives", async (text) => {
    const values = { a: "A<", b: "B", list: ["1", "2"], o: { p: "P" } };
    const expected = Handlebars.create().compile(text, { noEscape: true, strict: true, preventIndent: true })(values);
    expect(await render(text, { values })).toBe(expected);
  });
});

describe("empty cells", () => {
  test("a name within each is the item's: the hint says where the row's is, or which name was meant", async () => {
    const hints = async (text: string, row: Readonly<Record<string, unknown>>) =>
      (await problemsOf(text, { values: row })).map(({ hint }) => hint);
    const row = { town: "Oslo", tags: [{ a: "1" }, ""] };
    expect(await hints("{{#each tags}}{{town}}{{/each}}", row)).toEqual([
      "Inside each and with a name is the item's: write ../town for the row's.",
    ]);
    expect(await hints("{{#each tags as |tag|}}{{tga}}{{/each}}", row)).toEqual(['Did you mean "tag"?']);
    expect(await hints("{{#each tags as |tag|}}{{#if @index}}{{tag}}{{/if}}{{/each}}", row)).toEqual([
      expect.stringContaining("Fill the cell"),
    ]);
  });

  test.each([
    ["{{empty}}", '1:3 "empty" is empty.'],
    ["{{nothing}}", '1:3 "nothing" is empty.'],
    ["x\n  {{upper empty}}", '2:11 "empty" is empty.'],
    ["{{maker.city}}", '1:3 "maker.city" is empty.'],
    ["{{#each nothing}}{{/each}}", '1:9 "nothing" is empty.'],
    ["{{#with empty}}{{/with}}", '1:9 "empty" is empty.'],
    ["{{#if product}}{{empty}}{{/if}}", '1:18 "empty" is empty.'],
    ["{{toString}}{{constructor}}", '1:3 "toString" is empty.'],
    ["{{maker.constructor}}", '1:3 "maker.constructor" is empty.'],
  ])("%j is an error at the place that needs it", async (text, expected) => {
    const [problem] = await problemsOf(text);
    expect([problem?.code, told(problem as Problem)]).toEqual(["TEMPLATE_EMPTY_CELL", `t.hbs:${expected}`]);
  });

  test.each([
    "{{#if empty}}{{empty}}{{/if}}",
    "{{default empty ''}}",
    "{{#if (eq empty 'x')}}{{/if}}",
    "{{#unless product}}{{empty}}{{/unless}}",
  ])("%j does without", async (text) => {
    expect(await render(text)).toBe("");
  });

  test("a column that may be empty prints nothing", async () => {
    expect(await render("[{{empty}}{{nothing}}]", { allowEmpty: ["empty", "nothing"] })).toBe("[]");
  });
});

describe("faults", () => {
  test.each([
    ["{{tags}}", ['t.hbs:1:3 "tags" is a list, which has no text.']],
    ["x {{maker}}", ['t.hbs:1:5 "maker" is an object, which has no text.']],
    ["{{shuffle tags}}", ['t.hbs:1:3 "shuffle" is a list, which has no text.']],
    ["{{maker.name.first}}", ['t.hbs:1:3 "maker.name" is a text, so there is no "first" in it.']],
    ["{{#with product}}{{nam}}{{/with}}", ['t.hbs:1:20 "nam" is looked for in a text, which has no names in it.']],
    ["{{#each product}}{{/each}}", ['t.hbs:1:9 each takes a list, but "product" is a text.']],
    ["{{upper tags}}", ["t.hbs:1:3 upper takes a text, but got a list."]],
    ["{{truncate product 'x'}}", ["t.hbs:1:3 truncate takes a whole number of characters from 2."]],
    [
      "{{uper product}}\n{{#foo}}{{/foo}}",
      ['t.hbs:1:3 There is no helper "uper".', 't.hbs:2:4 There is no block "foo".'],
    ],
    [
      "{{log product}}{{lookup maker 'name'}}",
      ['t.hbs:1:3 There is no helper "log".', 't.hbs:1:18 There is no helper "lookup".'],
    ],
    ["{{#if a b}}{{/if}}", ["t.hbs:1:4 The block if takes one argument."]],
    ["{{truncate product}}", ["t.hbs:1:3 The helper truncate takes 2 arguments, not 1."]],
    ["{{upper product x=1}}", ["t.hbs:1:17 The helper upper takes no named arguments."]],
    ["{{^product}}{{/product}}", ['t.hbs:1:4 There is no block "product".']],
    ["{{> missing}}", ['t.hbs:1:5 There is no partial "missing".']],
    ["{{> (pick 'a' 'b')}}", ["t.hbs:1:5 The name of a partial can't be computed."]],
    ["{{#> layout}}{{/layout}}", ["t.hbs:1:1 Partials with a block are not supported."]],
    ["{{#*inline 'x'}}{{/inline}}", ["t.hbs:1:1 Decorators and inline partials are not supported."]],
    ["{{@foo}}{{@index}}", ["t.hbs:1:3 There is no @foo here.", "t.hbs:1:11 There is no @index here."]],
    ["{{../product}}", ['t.hbs:1:3 "../product" leads out of the row.']],
    ["a\n{{#if x}\n", ["t.hbs:2:8 The template can't be read: this character is unexpected here."]],
    ["a\n {{#if x}}\nfoo", ["t.hbs:2:2 The block if that opens here is never closed."]],
    ["{{#if x}}{{/each}}", ["t.hbs:1:4 The template can't be read: if doesn't match each."]],
    ["a {{ }} b", ['t.hbs:1:6 The template can\'t be read: "}}" is unexpected here.']],
  ])("%j", async (text, expected) => {
    const problems = await problemsOf(text);
    expect(problems.map(told)).toEqual(expected);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["TEMPLATE_INVALID"]));
  });

  test("a partial that includes itself is told with its way round", async () => {
    const partials = { a: "{{> b}}", b: "x\n{{> a}}" };
    expect((await problemsOf("{{> a}}", { partials })).map(told)).toEqual([
      'b.hbs:2:5 The partial "a" includes itself: a → b → a.',
    ]);
  });

  test("a fault in a partial is told there", async () => {
    expect((await problemsOf("{{> a}}", { partials: { a: "\n{{empty}}" } })).map(told)).toEqual([
      'a.hbs:2:3 "empty" is empty.',
    ]);
  });

  test("a partial takes one value without a name", async () => {
    expect((await problemsOf("{{> b product title}}", { partials: { b: "x" } })).map(({ message }) => message)).toEqual(
      ['The partial "b" gets more than one value without a name.'],
    );
  });

  test("partials that multiply without end are refused", async () => {
    const partials = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`p${n}`, n === 11 ? "x" : `{{> p${n + 1}}}{{> p${n + 1}}}`]),
    );
    expect((await problemsOf("{{> p0}}", { partials })).map(({ message }) => message)).toEqual([
      "The template includes more than 1000 partials.",
    ]);
  });

  test("more than 1 MiB for a row is refused, also where loops would make it", async () => {
    const values = { long: "x".repeat(600_000), list: Array.from({ length: 400 }, (_, n) => n) };
    for (const text of [
      "{{long}}{{long}}",
      "{{#each list}}{{#each @root.list}}{{#each @root.list}}{{this}}{{/each}}{{/each}}{{/each}}",
    ]) {
      expect((await problemsOf(text, { values })).map(({ code }) => code)).toEqual(["TEMPLATE_INVALID"]);
    }
  });

  test("a syntax tree in place of a text is a bug, not a template", async () => {
    const tree = { type: "Program", body: [] } as unknown as string;
    await expect(compileTemplate({ text: tree, locate: () => ({ file: "t" }), partials: new Map() })).rejects.toThrow(
      TypeError,
    );
  });

  test("a fault while rendering leaves the template usable", async () => {
    const template = await compile("{{a}}");
    expect(() => template.render({ a: "" }, draw())).toThrow(FtpipeError);
    expect(template.render({ a: "x" }, draw())).toBe("x");
  });
});

describe("variables", () => {
  test("are the columns with their places, guarded where the template does without them", async () => {
    const { variables, usesWholeRow } = await compile(
      "{{a}}\n{{#if b.c}}{{b.c}}{{d}}{{/if}}{{default e 'x'}}{{#each f}}{{g}}{{../h}}{{/each}}",
    );
    expect(
      variables.map(
        ({ path, name, guarded, location }) =>
          `${path} of ${name}${guarded ? "?" : ""} ${location.line}:${location.column}`,
      ),
    ).toEqual([
      "a of a 1:3",
      "b.c of b? 2:7",
      "b.c of b? 2:14",
      "d of d 2:21",
      "e of e? 2:41",
      "f of f 2:56",
      "h of h 2:66",
    ]);
    expect(usesWholeRow).toBe(false);
  });

  test("a template may use the whole row", async () => {
    expect((await compile("{{json this}}")).usesWholeRow).toBe(true);
  });

  test("a column that the source does not have is told with the nearest one", async () => {
    const template = await compile("The {{produkt}}, {{a.b}}, {{pick}} and {{product}}");
    const problems = checkColumns(template, ["product", "a.b"]);
    expect(problems.map((problem) => `${problem.code} ${told(problem)} ${problem.hint}`)).toEqual([
      'TEMPLATE_UNKNOWN_COLUMN t.hbs:1:7 There is no column "produkt". Did you mean "product"? Columns: product, a.b.',
      'TEMPLATE_UNKNOWN_COLUMN t.hbs:1:20 There is no column "a". Write {{[a.b]}}: a dot leads into an object.',
      'TEMPLATE_UNKNOWN_COLUMN t.hbs:1:29 There is no column "pick". pick is a helper and takes arguments. Columns: product, a.b.',
    ]);
    expect(problems[0]?.location).toMatchObject({
      length: 7,
      excerpt: "The {{produkt}}, {{a.b}}, {{pick}} and {{product}}",
    });
  });
});

describe("draws", () => {
  const text = "{{pick 'a' 'b' 'c' 'd'}}{{pick 'a' 'b' 'c' 'd'}}{{join (shuffle 1 2 3 4 5) ''}}";
  const renderAs = async (settings: Partial<Parameters<typeof createDraw>[0]>) =>
    (await compile(text)).render({}, createDraw({ seed: 1, key: "k", variant: 0, template: "t", ...settings }));

  test("are the same for the same row, on every machine", async () => {
    expect(await renderAs({})).toBe(await renderAs({}));
    expect(await renderAs({})).toMatchInlineSnapshot(`"cd35241"`);
  });

  test("change with seed, key, variant and template, each by itself", async () => {
    const all = await Promise.all([{}, { seed: 2 }, { key: "l" }, { variant: 1 }, { template: "u" }].map(renderAs));
    expect(new Set(all).size).toBe(5);
  });

  test("pick takes each of its arguments about equally often", async () => {
    const template = await compile("{{pick 'a' 'b' 'c'}}");
    const counts: Record<string, number> = {};
    for (let key = 0; key < 3000; key++) {
      const drawn = template.render({}, createDraw({ seed: 1, key: String(key), variant: 0, template: "t" }));
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const count of Object.values(counts)) expect(Math.abs(count - 1000)).toBeLessThan(110); // four standard deviations
    expect(Object.keys(counts).sort()).toEqual(["a", "b", "c"]);
  });

  test("pick and shuffle take a list in place of arguments", async () => {
    expect(["red", "blue"]).toContain(await render("{{pick tags}}"));
    expect([["red", "blue"].join(), ["blue", "red"].join()]).toContain(await render("{{join (shuffle tags) ','}}"));
  });
});
