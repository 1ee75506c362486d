/** Whether a variable such as CI or NO_COLOR is switched on: set, and not empty, 0 or false. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
