import { type Detector, matchesOf } from "./detector.ts";

const pattern = /[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}/g;
/** Kept for documentation, so nobody's (RFC 2606). */
const nobodys = /@(?:.*\.)?(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)$/i;

export const email: Detector = {
  kind: "personal",
  summary: "E-mail addresses, save those kept for documentation, such as a@example.com.",
  find: (text) =>
    text.includes("@")
      ? matchesOf(text, pattern, { what: "an e-mail address", placeholder: "[email]" }, (match) => !nobodys.test(match))
      : [],
  suspects: (line) => line.includes(0x40),
};
