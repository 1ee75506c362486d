type Fields = Readonly<Record<string, unknown>>;

/** A grader as the pipeline file has it, and the programs that stand in files of their own there. */
export interface GraderFiles {
  readonly setting: Fields;
  /** By path, relative to the pipeline file. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The grader of a job. Options are the API's; the text of a program moves into a file.
 * @param folder Of the programs, relative to the pipeline file.
 */
export function graderFiles(grader: Fields, folder: string): GraderFiles {
  const files: Record<string, string> = {};
  const walk = (part: Fields, name: string): Fields => {
    const known = Object.fromEntries(Object.entries(part).filter(([, value]) => value !== null && value !== undefined));
    if (part["type"] === "python" && typeof part["source"] === "string") {
      const path = `${folder}/${name}.py`;
      files[path] = part["source"].endsWith("\n") ? part["source"] : `${part["source"]}\n`;
      return { ...known, source: path };
    }
    const parts = part["graders"];
    if (part["type"] !== "multi" || typeof parts !== "object" || parts === null) return known;
    const named = Object.entries(parts as Readonly<Record<string, Fields>>);
    return { ...known, graders: Object.fromEntries(named.map(([key, inner]) => [key, walk(inner, slugOf(key))])) };
  };
  return { setting: walk(grader, "grade"), files };
}

const slugOf = (name: string): string => name.replace(/[^\w-]+/g, "-") || "grade";
