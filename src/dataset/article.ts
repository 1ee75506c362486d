/** Starts with a vowel letter but sounds like "you" or "one": a university, a used car, a European, a one-touch oven. */
const consonantSound =
  /^(?:uni(?![nm]|d(?!i))|unanim|us(?:e|a(?:ge|ble)|ing|u)|ut(?:en|er|ili|op)|ub[io]|uk|ufo|ur[aeio]|eu|ewe|one$|once|ouija)/;
/** Starts with an h that is not spoken: an hour, an heirloom, an herb (American). */
const silentH = /^(?:hour|honest|honou?r|heir|herb(?!er))/;
/** Letters whose names begin with a vowel sound: an F, an MP3. */
const vowelNames = "AEFHILMNORSX";
/** Short capitals that are read as words. */
const spokenCapitals = /^(?:RAM|ROM|SIM|LAN|NAS|RIB|SAN|FIFA|LASER)$/;

/**
 * The indefinite article with the word, by the word's sound: "a headphone", "an oven", "an hour", "a
 * university", "an MP3 player", "a USB hub", "an 8-inch pan". Rules for English, American
 * pronunciation. Text that begins with a sign is judged by its first letter or digit.
 */
export function article(value: string): string {
  return `${takesAn(value) ? "an" : "a"} ${value}`;
}

function takesAn(value: string): boolean {
  const word = /[\p{L}\p{N}]+/u.exec(value.normalize("NFD").replace(/\p{M}/gu, ""))?.[0] ?? "";
  if (/^\d/.test(word)) return /^8/.test(word) || /^1[18](?!\d)/.test(word) || /^1[18](?:\d{3})+(?!\d)/.test(word);
  if (isSpelledOut(word)) return vowelNames.includes(word.charAt(0).toUpperCase());
  const lower = word.toLowerCase();
  return silentH.test(lower) || (/^[aeiou]/.test(lower) && !consonantSound.test(lower));
}

/** Read letter by letter: a single letter, two or three capitals, capitals with digits or without a vowel (MP3, LED, XLR), and HDMI. */
function isSpelledOut(word: string): boolean {
  if (word.length === 1) return /[A-Za-z]/.test(word);
  if (!/^[A-Z]+\d*[A-Z]*s?$/.test(word) || spokenCapitals.test(word)) return false;
  return word.length <= 3 || /\d/.test(word) || !/[AEIOUY]/.test(word) || word === "HDMI";
}
