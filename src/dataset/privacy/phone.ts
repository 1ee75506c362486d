import { type Detector, hasDigitsTogether, matchesOf } from "./detector.ts";

/** A plus and 8 to 15 digits (ITU-T E.164), or ten digits as North America writes them. */
const pattern =
  /(?<![\w+])\+[1-9]\d{0,2}(?:[ ./()-]{0,3}\d){7,13}(?!\d)|(?<![\w.(-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-.]\d{4}(?![\w-])/g;
/** Numbers that are kept for films and books. */
const nobodys = /^(?:\+1)?\D*\d{3}\D+555\D?01\d\d$/;

export const phone: Detector = {
  kind: "personal",
  summary: "Phone numbers with a country code, or in North America's form.",
  find: (text) =>
    /\d{3}/.test(text)
      ? matchesOf(text, pattern, { what: "a phone number", placeholder: "[phone]" }, (match) => !nobodys.test(match))
      : [],
  suspects: (line) => hasDigitsTogether(line, 8),
};
