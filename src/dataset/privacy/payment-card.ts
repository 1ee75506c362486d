import { type Detector, hasDigitsTogether, matchesOf } from "./detector.ts";

/** 13 to 19 digits that begin as an issuer's do, in groups or not. */
const pattern = /(?<![\d.,-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-]|[.,]\d)/g;

export const paymentCard: Detector = {
  kind: "personal",
  summary: "Payment card numbers that meet their check digit (Luhn).",
  find: (text) =>
    /\d{4}/.test(text)
      ? matchesOf(text, pattern, { what: "a payment card number", placeholder: "[card]" }, isLuhn)
      : [],
  suspects: (line) => hasDigitsTogether(line, 13),
};

/** ISO/IEC 7812-1, annex B. */
function isLuhn(number: string): boolean {
  const digits = number.replace(/\D/g, "");
  if (/^(\d)\1*$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
