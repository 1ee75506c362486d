/** Raised whenever equal requests give other bits than before. */
export const engineVersion = "4";
