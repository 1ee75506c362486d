/** How a value of one kind is stated in each voice, with `{v}`, and what its key may be called. */
export interface Wording {
  readonly keys: readonly string[];
  readonly about: string;
  readonly letter: readonly string[];
  readonly report: readonly string[];
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
    labels: ["City", "Town", "Place", "To", "Destination", "Location", "Ship to", "Deliver to", "Address"],
  },
  company: {
    keys: ["company", "firm", "business", "employer", "organization", "shop"],
    about: "the company",
    letter: [
      "[I work for|I write for|We are|I am with|My employer is|I run|I buy for|We belong to|I speak for|Our firm is called] {v}.",
      "{v} is [our company|my firm|where I work|the business I own].",
    ],
    report: ["[The company is|It is about|The firm is|They work for|The business is called|The letterhead says] {v}."],
    labels: ["Company", "Firm", "Business", "Employer"],
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
    labels: ["Ref", "Order no.", "Code", "Ticket", "Reference", "ID"],
  },
  time: {
    keys: ["time", "at", "hour", "clock", "start"],
    about: "at what time",
    letter: [
      "[Let's meet|I come|We start|See you|Be there|It begins|We open|My train gets in|I'll be there|Call me] at {v}.",
      "{v} [is fine|suits me|would be best|is good for us].",
    ],
    report: ["[It starts|It begins|They come|Doors open|The meeting is] at {v}."],
    labels: ["Time", "At", "Start", "Hour"],
  },
  email: {
    keys: ["email", "mail", "e_mail", "address", "mailbox"],
    about: "the e-mail address",
    letter: [
      "[Write to|My mail is|You can write to|Please answer to|Reply to|My address is|Send it to] {v}[.| please.]",
    ],
    report: ["[Reply to|The mail is|Answer to|Mail address:] {v}."],
    labels: ["Mail", "E-mail", "Email", "Reply to"],
  },
} satisfies Record<string, Wording>;

export const signatures = [
  "[Best|Best regards|Kind regards|Regards|Thanks|Many thanks|Thank you|Cheers|Yours|Yours truly|Sincerely|Warmly|Greetings|With thanks|All the best|Have a nice day|Bye|So long|Best wishes|With best wishes|Respectfully|Take care|Talk soon|In haste|Warm regards|Yours faithfully|Thanks in advance|Thanks a lot|With kind greetings|See you soon|Friendly greetings|Have a good week|Until then|Yours sincerely|Cordially|Bye for now|Many greetings][,\n|\n|, |,\n]{v}",
  "[-- |- |-- \n|~ |/ |// ]{v}",
  "\n{v}",
  "[Signed|Yours|From|By|Sent by|Written by|Sender|Love],? {v}".replace(",?", "[,|:|]"),
  "[Thanks|Thank you|Many thanks|Cheers|Regards|Greetings] from {v}[.|!|]",
];
