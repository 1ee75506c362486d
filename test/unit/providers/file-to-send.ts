import { type Sha256, sha256 } from "../../../src/core/hash.ts";
import type { FileToSend } from "../../../src/providers/provider.ts";

/** A file that lies in memory. @param checked Of the bytes as they were checked; default: as they are. */
export function fileToSend(name: string, content: string | Uint8Array, checked?: Sha256): FileToSend {
  const data = Buffer.from(content);
  return {
    name,
    bytes: data.length,
    sha256: checked ?? sha256(data),
    path: `/state/${name}`,
    read: async function* ({ from, bytes }) {
      yield data.subarray(from, from + bytes);
    },
  };
}
