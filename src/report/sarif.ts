import { titleOf } from "../core/error-titles.ts";
import { exitCodeOf, type Problem } from "../core/errors.ts";
import type { Location } from "../core/location.ts";

/** Where the codes are told. */
const helpUri = "https://www.npmjs.com/package/ftpipe";

/**
 * Problems as a SARIF 2.1.0 log, for code scanning and editors: one result for each place.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * @param problems Their files relative to the working directory.
 */
export function sarifLog(problems: readonly Problem[], version: string): object {
  const codes = [...new Set(problems.map(({ code }) => code))];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "ftpipe",
            version,
            informationUri: helpUri,
            rules: codes.map((id) => ({
              id,
              shortDescription: { text: titleOf[id] },
              properties: { exitCode: exitCodeOf[id] },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: problems.flatMap(({ severity, code, message, hint, location, alsoAt = [], unlisted = 0 }) =>
          [location, ...alsoAt].map((place) => ({
            ruleId: code,
            ruleIndex: codes.indexOf(code),
            level: severity,
            message: { text: [message, unlistedText(unlisted), hint].filter(Boolean).join(" ") },
            ...(place === undefined ? {} : { locations: [{ physicalLocation: physical(place) }] }),
          })),
        ),
      },
    ],
  };
}

function unlistedText(places: number): string {
  return places === 0 ? "" : `(${places} more places are not listed.)`;
}

function physical({ file, line, column, length }: Location): object {
  const uri = file.split("/").map(encodeURIComponent).join("/");
  const columns =
    column === undefined
      ? {}
      : { startColumn: column, ...(length === undefined ? {} : { endColumn: column + Math.max(length, 1) }) };
  return {
    artifactLocation: { uri, ...(file.startsWith("/") ? {} : { uriBaseId: "%SRCROOT%" }) },
    ...(line === undefined ? {} : { region: { startLine: line, ...columns } }),
  };
}
