import { addFile, checkPurpose, retention } from "./add-file.ts";
import { invalid } from "./api-error.ts";
import { receiveForm } from "./receive.ts";
import type { AppContext } from "./routes/route.ts";
import type { FileObject } from "./wire.ts";

/** Largest upload, bytes: OpenAI's 512 MB. */
export const uploadLimit = 512 * 2 ** 20;

/**
 * Takes a file from a form; `purpose` may come before or after it.
 * @throws ApiError 400 or 413; nothing of the file is then left.
 */
export function receiveUpload(request: Request, context: AppContext): Promise<FileObject> {
  return receiveForm(request, { ...context, field: "file", limit: uploadLimit }, async ({ file, fields }) => {
    const purpose = fields.get("purpose");
    if (purpose === undefined) throw invalid("'purpose' is a required property");
    checkPurpose(purpose);
    if (file === undefined) throw invalid("'file' is a required property");
    if (file.bytes === 0) throw invalid("File is empty.", "file");
    return addFile({ ...file, purpose, keptFor: keptFor(fields) }, context);
  });
}

function keptFor(fields: ReadonlyMap<string, string>): number | undefined {
  const anchor = fields.get("expires_after[anchor]");
  const seconds = fields.get("expires_after[seconds]");
  if (anchor === undefined && seconds === undefined) return undefined;
  return retention(anchor, /^\d+$/.test(seconds ?? "") ? Number(seconds) : seconds, "expires_after[seconds]");
}
