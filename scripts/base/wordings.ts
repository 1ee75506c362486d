/**
 * How a value of one kind is stated in each voice, with `{v}`, and what its key may be called. Jumbled pieces may have
 * any words around them: `{f}` some, `{w}` a noun.
 */
export interface Wording {
  readonly keys: readonly string[];
  readonly about: string;
  readonly letter: readonly string[];
  readonly report: readonly string[];
  readonly jumble: readonly string[];
  readonly labels: readonly string[];
}

export const wordings = {
  person: {
    keys: [
      "name",
      "customer",
      "client",
      "person",
      "sender",
      "contact",
      "buyer",
      "guest",
      "author",
      "from",
      "who",
      "writer",
      "full_name",
      "customer_name",
      "ordered_by",
    ],
    about: "who it is from",
    letter: [
      "[My name is|I am|I'm|The name is|This is|You are reading a note from|This message is from|This comes from|Greetings from|It's] {v}.",
      "{v} [here|speaking|writing|on the line|again].",
      "[Please put|Put|Write|Note|Book|File] [it|everything|this] [under the name {v}|under {v}|on the name of {v}|down for {v}].",
      "[I sign as|People call me|They call me|I go by the name of|I am called|You know me as|I write as] {v}.",
    ],
    report: [
      "{v} [called|wrote|phoned|came by|stopped by|got in touch|sent a note|texted|mailed us|was here|asked for help|left a message|rang|sent a letter|contacted us][.| this morning.| today.| again.| earlier.]",
      "[A message|A note|A call|Mail|A letter|A request|Word|News|A wish] [from|came from|came in from] {v}.",
      "The [caller|writer|visitor|customer|guest|sender|client|buyer] [is|was|is called|is named|goes by] {v}.",
      "[We heard from|I spoke to|I talked with|On the phone:|We have a request from|Please note a request from] {v}.",
    ],
    jumble: [
      "{v} here",
      "[my name is|this is|I am|it's|name's|call me|we are with|{w} is called] {v}",
      "{v} [said|wrote|asks|came|wants|would like|called|needs|orders|{f}]",
      "[for|it is for|this is for|to the attention of|on behalf of|ask|ask for|bill|care of|by] {v}",
      "[yours|regards|best|thanks|with love|greetings|from|signed|love|so long|{w}][, |,\n| - |\n]{v}",
      "[owner|guest|person|contact|name|customer|client|buyer|recipient|who|{w}]: {v}",
      "{f} {v}",
      "{f} {v} {f}",
    ],
    labels: ["Name", "From", "Customer", "Sender", "Contact", "Client", "Ordered by", "Signed"],
  },
  city: {
    keys: [
      "city",
      "town",
      "place",
      "location",
      "destination",
      "where",
      "to",
      "deliver_to",
      "ship_to",
      "city_name",
      "delivery_city",
    ],
    about: "the place",
    letter: [
      "[We are|I am|Our office is|Our shop is|I live|We live|We sit|You find us|Our house is|Our store is|The team is|Our door is|My flat is|We work|The warehouse is] in {v}.",
      "[Please send|Send|Ship|Deliver|Bring|Post|Address|Mail|Please deliver|Please ship|Forward] [it|everything|all of it|that|the parcel|the box] to {v}.",
      "[The address is in|It goes to|The destination is|The place is|Everything goes to|The parcel goes to|The way leads to|The truck should go to|Please come to|The box must reach] {v}.",
      "{v} is [where we are|where I live|our town|our home|the place|where it should go|the right address|the town to send it to].",
    ],
    report: [
      "[It goes to|The parcel goes to|Deliver it to|Send it to|Destination is|To be sent to|Bring it to|Ship everything to] {v}.",
      "[The place is|The town is|The address is in|The house is in|The office is in|The call came from|They are in] {v}.",
      "{v} is [the place|the town|where it goes|the address].",
    ],
    jumble: [
      "[in|to|from|at|near|for|towards|over to|here in|out of|all the way to] {v}",
      "[we live in|I live in|send it to|ship to|bring them to|it goes to|they go to|destination|going to|address] {v}",
      "[our|the|my|a|their] {w} [in|at|near|of] {v}",
      "{f} [in|to|from|at] {v}",
      "[place|town|city|destination|where|address|location]: {v}",
      "{v} is [where we are|the place|far|the address|where it goes]",
    ],
    labels: ["City", "Town", "Place", "To", "Destination", "Location", "Ship to", "Deliver to", "Address"],
  },
  color: {
    keys: ["color", "colour", "paint", "shade"],
    about: "which color",
    letter: [
      "[In|All in|Painted|Everything in] {v}, please.",
      "[The color should be|I like it in|We want it in|Make it|The right color is|It must be|Please paint it|I'd prefer|My favorite color is] {v}.",
      "{v2} [is the color|would be nice|is what we want|suits us best].",
    ],
    report: ["[The color is|It should be|They want it in|It must be|Wanted in] {v}."],
    jumble: ["[painted|in|all in|color|the color is|make it] {v}"],
    labels: ["Color", "Colour", "Paint"],
  },
  day: {
    keys: ["day", "weekday", "when", "date", "on"],
    about: "which day",
    letter: [
      "[I can come|We meet|Come|It's open|Let's meet|I'm free|We arrive|The visit is|It starts|See you|Our day is|Expect me] on {v}.",
      "{v} [suits me|is best|would be good|works for us|is our day|is when we come].",
      "[How about|What about|Let's say] {v}?",
    ],
    report: ["[It is on|It takes place on|They come on|The date is|Planned for|The visit is on] {v}."],
    jumble: ["[on|by|until|last|before|from] {v}", "[we meet|come|see you|{f}] on {v}"],
    labels: ["Day", "Date", "When", "On"],
  },
  code: {
    keys: ["code", "reference", "order_number", "id", "ticket", "booking", "number_plate", "ref"],
    about: "the reference number",
    letter: [
      "[My|Our|The] [reference|order number|code|ticket|booking number|file number|reference number] is {v}.",
      "[It is about|I write about|Please look at|Please find|See|Regarding] [order|ticket|booking|case|file|reference] {v}.",
      "({v})",
    ],
    report: ["[The reference is|It is about order|Case|File|Ticket number|The code is] {v}."],
    jumble: ["[number|order|ref|code|file|ticket|reference|no.] {v}", "({v})"],
    labels: ["Ref", "Order no.", "Code", "Ticket", "Reference", "ID"],
  },
} satisfies Record<string, Wording>;

export const signatures = [
  "[Best|Best regards|Kind regards|Regards|Thanks|Many thanks|Thank you|Cheers|Yours|Yours truly|Sincerely|Warmly|Greetings|With thanks|All the best|Have a nice day|Bye|So long|Best wishes|With best wishes|Respectfully|Take care|Talk soon|In haste|Warm regards|Yours faithfully|Thanks in advance|Thanks a lot|With kind greetings|See you soon|Friendly greetings|Have a good week|Until then|Yours sincerely|Cordially|Bye for now|Many greetings][,\n|\n|, |,\n]{v}",
  "[-- |- |-- \n|~ |/ |// ]{v}",
  "\n{v}",
  "[Signed|Yours|From|By|Sent by|Written by|Sender|Love],? {v}".replace(",?", "[,|:|]"),
  "[Thanks|Thank you|Many thanks|Cheers|Regards|Greetings] from {v}[.|!|]",
];
