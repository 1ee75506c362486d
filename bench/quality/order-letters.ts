/** E-mails with an order, worded by the bench: none of the pipeline's templates says it so. */

export type Priority = "low" | "normal" | "high";

export interface Facts {
  readonly customer: string;
  readonly item: string;
  /** In figures or in words. */
  readonly count: string;
  readonly city: string;
  /** With a space before it; empty where nothing is said of time. */
  readonly cue: string;
}

/** Ways to say that there is a hurry, or none. The first three of each are nearly those of the templates. */
export const cues: Readonly<Record<Priority, readonly string[]>> = {
  high: [
    "It is really urgent.",
    "Please hurry up a little.",
    "I need all of this as soon as possible.",
    "Top priority, please.",
    "Every day counts for us.",
    "Do not lose any time.",
    "Could this go out today?",
    "We are under a lot of pressure.",
    "Express shipping, please, whatever it costs.",
    "Our customers are already waiting in line.",
  ],
  low: [
    "I am in no hurry.",
    "Please do not rush.",
    "It can wait.",
    "Whenever you find the time.",
    "Slow shipping will do.",
    "This is not pressing.",
    "Next season is early enough.",
    "Low priority.",
    "You may let it rest for some weeks.",
    "At your leisure.",
  ],
  normal: [],
};

type Letter = (facts: Facts) => string;

/** What stands where differs: the name first, in the middle or last, the city before or after the item. */
export const letters: readonly Letter[] = [
  ({ customer, item, count, city, cue }) =>
    `To whom it may concern,\nkindly arrange for ${count} ${item} to reach our warehouse in ${city}.${cue}\nSincerely,\n${customer}`,
  ({ customer, item, count, city, cue }) =>
    `Hey, ${customer} here. Can I get ${count} ${item}? They go to ${city}.${cue}`,
  ({ customer, item, count, city, cue }) =>
    `Dear sales department,\nfollowing our phone call I confirm ${count} ${item} for our branch in ${city}.${cue}\nRespectfully,\n${customer}`,
  ({ customer, item, count, city, cue }) =>
    `Purchase request from ${city}.${cue} Item: ${item}. Number: ${count}. Contact: ${customer}.`,
  ({ customer, item, count, city, cue }) =>
    `Good evening! Is it possible to have ${count} ${item} brought to ${city}?${cue} Sincerely yours, ${customer}`,
  ({ customer, item, count, city, cue }) =>
    `Morning all,\nwe have run out of ${item} here in ${city}.${cue} Another ${count} would do.\nTake care,\n${customer}`,
  ({ customer, item, count, city, cue }) =>
    `${customer}, ${city}: ${count} ${item}, same terms as last year.${cue} Bye!`,
  ({ customer, item, count, city, cue }) =>
    `Dear supplier,\nmy aunt in ${city} keeps asking me for ${item}, so let us make it ${count}.${cue}\nWarmly,\n${customer}`,
  ({ customer, item, count, city, cue }) =>
    `Hello again,\nthe wedding guests in ${city} should all find ${item} on their tables, ${count} in total.${cue}\nLove, ${customer}`,
  ({ customer, item, count, city, cue }) =>
    `Sir,\nthis letter is to request a shipment of ${count} ${item}. The address is the museum in ${city}.${cue}\nFaithfully,\n${customer}`,
  ({ customer, item, count, city, cue }) =>
    `Quick one:${cue} ${count} ${item} to ${city}, bill to ${customer}. See you!`,
  ({ customer, item, count, city, cue }) =>
    `Dear friends,\non behalf of the theater in ${city}, ${customer} asks for ${count} ${item}.${cue}\nAll the best from the whole crew`,
  ({ customer, item, count, city, cue }) =>
    `Hi folks,\nafter a long meeting we settled on ${item}, and ${count} of them.${cue} Address them to ${customer}, ${city}. Ciao!`,
  ({ customer, item, count, city, cue }) =>
    `Order form\nRecipient: ${customer}\nDestination: ${city}\nGoods: ${item}\nAmount: ${count}\nComment:${cue === "" ? " none" : cue}`,
  ({ customer, item, count, city, cue }) =>
    `Ladies and gentlemen,\nmay we trouble you for ${count} ${item}?${cue} The parcel goes to ${city}, to the attention of ${customer}.`,
  ({ customer, item, count, city, cue }) =>
    `Thank you for the offer. We accept: ${count} ${item}, free of shipping to ${city}.${cue} Signed, ${customer}`,
];
