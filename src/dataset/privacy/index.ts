import type { Detector } from "./detector.ts";
import { email } from "./email.ts";
import { iban } from "./iban.ts";
import { paymentCard } from "./payment-card.ts";
import { phone } from "./phone.ts";
import { secrets } from "./secrets.ts";

/** By name. A new one is a file in this folder and a line here. */
export const detectors = { secrets, email, iban, payment_card: paymentCard, phone } as const;

export const allDetectors: readonly Detector[] = Object.values(detectors);
