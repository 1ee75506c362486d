/** A field that takes one of a few values, by what the text says about it. */
export interface Choice {
  readonly keys: readonly string[];
  readonly about: string;
  /** Value, and the sentences by which a text hints at it. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

const calm = [
  "[There is|There's|We have|I have|I am in|We are in|I see] no [hurry|rush|haste|deadline|pressure|need to hurry|great urgency|time pressure].",
  "[Take|Please take|You may take|Do take] [your time|all the time you need|as long as you like].",
  "[It|This|That|All of this|The matter|My request|Delivery|The parcel] can [wait|wait a while|wait until {m}|come later|be late|sit until {m}|take weeks].",
  "[Whenever|When|As soon or late as|Any day] it [suits you|is convenient|fits your plans|is easy for you|pleases you].",
  "[No hurry|No rush|Not urgent|No pressure|No haste|Nothing urgent|Not pressing|Low priority|Far from urgent] [at all|here|on our side|with this|from me|on this one].",
  "[It|This|That] is [not urgent|far from urgent|hardly urgent|not pressing|not that important|of little urgency|for much later|only for {m}|a low priority].",
  "[Any|Some] time [next month|next season|this year|before {m}|in {m}] [is fine|will do|is early enough|works for us].",
  "[We|I] [still have plenty|have enough for now|don't need it soon|can wait|can be patient|won't need it before {m}|are in no rush|still have stock].",
  "[Later is fine|Slow post is fine|The slowest way will do|Next year is early enough|Put it at the end of the line|Others may go first|Let others go before us].",
  "[If it takes|It may take|Even] [a few weeks|a month|until {m}|some time|two months][, that's all right|, so be it|, we don't mind].",
  "[Do it|Send it|See to it|Deal with it] [at your leisure|when things are quiet|when you find time|in a free hour|some day|at some point].",
];

const pressing = [
  "[Please hurry|Hurry, please|Be quick, please|Please be fast|Quickly, please|Make haste|Do hurry|Please rush this|Please speed this up].",
  "[It|This|The matter|Our order|My request] is [urgent|very urgent|extremely urgent|pressing|critical|an emergency|top priority|a matter of hours|time-critical|high priority].",
  "[We|I] need [it|this|them|everything|all of it|that] [today|tonight|by tomorrow|by noon|at once|right now|right away|this very day|before tomorrow|within hours|by {w} at the latest|immediately|badly and soon].",
  "[We|I] [cannot|can't|can hardly] [wait|wait any longer|lose a day|afford a delay|wait until {w}].",
  "[As soon as possible|As fast as possible|As quickly as you can|The sooner the better|At the earliest possible moment|With all speed|Without delay|At top speed|ASAP|Asap][, please||, if you can][.|!]",
  "[Every|Each] [hour|minute|day] counts[.|!| here.]",
  "[Urgent|Very urgent|Rush order|Express|Express, please|Emergency|Top priority|Immediate|High priority|Time is short|It burns|Important and urgent][!|.]",
  "[Drop everything else|Put this first|Please treat this first|Put us at the top of your list|Move this to the front|Don't let this wait|Give this priority|Please act now|Please send it today][.|!]",
  "[Our|My|The] [deadline is tomorrow|deadline is today|stock is empty|shelves are empty|customers are waiting|last one just broke|guests arrive tonight|event is tomorrow|line stands still].",
  "[We are running|I am running|We're nearly] out of [time|stock|them][.|!]",
  "[Use|Send it by|Choose|We pay extra for|Please take] [express|the fastest way|overnight post|a courier tonight|the quickest delivery|same-day delivery].",
  "[Too late is worthless|A delay would cost us a lot|Late means never|Speed matters most here|We are in a great hurry|I am in a terrible rush].",
];

const usual = [
  "[The usual|Normal|Ordinary|Standard|Regular|Average] [speed|delivery|post|shipping|pace|time] [is fine|will do|is all right|suits us|please].",
  "[As|Just as|Same as] [always|usual|ever|every month].",
  "[Handle|Treat|Send] it [as usual|like any other|in the normal way|the regular way].",
];

export const priority: Choice = {
  keys: ["priority", "priority", "priority", "urgency", "speed", "level", "rush"],
  about: "how urgent it is",
  options: { low: calm, normal: usual, high: pressing },
};

/** Other names for low, normal and high; the middle one holds where nothing is said. */
export const priorityNames: readonly (readonly [string, string, string])[] = [
  ...Array.from({ length: 10 }, () => ["low", "normal", "high"] as const),
  ["low", "medium", "high"],
  ["slow", "standard", "express"],
  ["later", "normal", "urgent"],
  ["none", "some", "urgent"],
  ["can wait", "normal", "rush"],
  ["green", "yellow", "red"],
  ["relaxed", "regular", "critical"],
];

export const choices: readonly Choice[] = [
  {
    keys: ["mood", "feeling", "sentiment", "tone", "humor"],
    about: "how the writer feels",
    options: {
      happy: [
        "[I am|We are|I'm] [happy|so happy|glad|delighted|over the moon|in high spirits|very pleased|thrilled].",
        "[What a lovely day|Life is good|I could sing|Great news|I can't stop smiling|This made my day|We had a wonderful time][!|.]",
        "[I love it|I like it a lot|It is wonderful|All is well].",
      ],
      sad: [
        "[I am|We are|I'm] [sad|so sad|unhappy|in tears|down|heartbroken|feeling blue|very sorry about it].",
        "[What a sad day|I could cry|Sad news|I miss it so much|My heart is heavy|We lost everything|I feel low].",
        "[Nothing cheers me up|It hurts|Tears are coming].",
      ],
      angry: [
        "[I am|We are|I'm] [angry|furious|mad|very cross|fed up|annoyed|outraged].",
        "[This is an outrage|Enough is enough|How dare you|I have had it|This is unacceptable|I am boiling][!|.]",
        "[I want to complain|I will never come back|What a disgrace].",
      ],
    },
  },
  {
    keys: ["size", "format", "fit", "scale"],
    about: "how large it is",
    options: {
      small: [
        "[It is|They are|The box is] [tiny|very small|little|quite small|the small kind|on the small side].",
        "[Small|The smallest|A little one|Tiny ones], please.",
        "[It fits in a pocket|You can hide it in your hand].",
      ],
      medium: [
        "[It is|They are|The box is] [of middle size|medium|of average size|neither big nor small|in between].",
        "[Medium|The middle size], please.",
      ],
      large: [
        "[It is|They are|The box is] [huge|very large|big|giant|enormous|the large kind|rather big].",
        "[Large|The biggest|A big one|Huge ones], please.",
        "[It hardly fits through the door|It takes two men to lift].",
      ],
    },
  },
  {
    keys: ["payment", "method", "pay_by", "paid_with"],
    about: "how it is paid",
    options: {
      cash: [
        "[I|We] [pay cash|will pay in cash|bring coins and notes|pay with bank notes|pay in notes].",
        "[Cash|In cash|Coins and notes][, please|, of course|].",
      ],
      card: [
        "[I|We] [pay by card|use my credit card|use a card|will use plastic|swipe my card].",
        "[Charge|Please charge|Debit|Use] [my|our] [credit card|card|debit card].",
      ],
      invoice: [
        "[Send|Please send|Mail] [us|me] [a bill|an invoice|the bill] [later|at the end of the month|by post|].",
        "[We pay on invoice|On invoice, please|Bill us later|The bill goes to my boss].",
      ],
    },
  },
  {
    keys: ["delivery", "transport", "shipping", "mode"],
    about: "how it gets there",
    options: {
      post: [
        "[Send it|Please send it] by [mail|post|parcel|letter].",
        "[Put it in the mail|Post it|The postman can bring it].",
      ],
      pickup: [
        "[I|We] [will collect it|pick it up|come by to fetch it|will come to your counter|fetch it myself].",
        "[I'll drive over and get it|My son picks it up|Keep it at the counter for me].",
      ],
      courier: [
        "[Send|Use|Call|Take] a [courier|bike messenger|messenger|rider].",
        "[A courier can bring it|A messenger should bring it|By courier, please].",
      ],
    },
  },
  {
    keys: ["weather", "sky", "conditions"],
    about: "what the weather is like",
    options: {
      sunny: [
        "[The sun is out|The sun shines|Not a cloud in the sky|Blue sky all day|It is sunny|Bright sunshine|What sunshine].",
      ],
      rainy: [
        "[It is raining|It rains|It pours|Rain all day|Everything is wet|We need umbrellas|It's wet outside|Heavy rain].",
      ],
      snowy: ["[It is snowing|It snows|Snow everywhere|All is white|We built a snowman|Deep snow|Flakes are falling]."],
    },
  },
  {
    keys: ["temperature", "heat", "served"],
    about: "hot or cold",
    options: {
      hot: [
        "[It is|Serve it|I like it|We want it] [hot|very hot|steaming|boiling|warm and steaming].",
        "[Straight from the oven|Don't burn your fingers|Heat it up well].",
      ],
      cold: [
        "[It is|Serve it|I like it|We want it] [cold|ice-cold|chilled|frozen|from the fridge|with ice].",
        "[Straight from the fridge|Put ice in it|Cool it well].",
      ],
    },
  },
  {
    keys: ["channel", "contact_by", "reach_by", "reply_by"],
    about: "how to answer",
    options: {
      phone: [
        "[Call me|Please call|Give us a ring|Phone me|Ring me up|Just call] [back|in the evening|after work|when you know more].",
        "[I prefer a call|By phone, please].",
      ],
      email: [
        "[Mail me|Write me an e-mail|Please answer by e-mail|E-mail is best|Drop me a mail|Answer to my mailbox].",
        "[Send an e-mail|By e-mail, please].",
      ],
      letter: [
        "[Write me a letter|I like real letters|Please answer on paper|A letter is best|Put your answer in an envelope].",
      ],
    },
  },
  {
    keys: ["answer", "reply", "decision", "response"],
    about: "what was decided",
    options: {
      yes: [
        "[Yes|Yes, gladly|Of course|Sure|Agreed|Count us in|Count me in|I accept|We accept|With pleasure|Certainly|That's a deal][.|!]",
      ],
      no: [
        "[No|No, thanks|Sorry, no|I must decline|We decline|Count me out|Not this time|Certainly not|I refuse|Out of the question][.|!]",
      ],
      maybe: [
        "[Maybe|Perhaps|We'll see|I don't know yet|Let me think about it|I'm not sure|Ask me later|It depends|We have not decided][.|]",
      ],
    },
  },
  {
    keys: ["status", "state", "progress", "stage"],
    about: "how far it is",
    options: {
      open: [
        "[Nobody has started|Nothing is done yet|We have not begun|It still lies on the desk|Work has not started|Still to do|Not begun yet].",
      ],
      started: [
        "[We are working on it|Work is under way|Half of it is done|I have just begun|We're in the middle of it|It is in progress|Some of it is done].",
      ],
      done: [
        "[It is done|All finished|The work is complete|We finished it|Everything is ready|It's completed|Mission accomplished|The job is finished].",
      ],
    },
  },
  {
    keys: ["time_of_day", "part", "daytime", "slot"],
    about: "when in the day",
    options: {
      morning: [
        "[In the morning|At breakfast|Before noon|At sunrise|Early in the day|At dawn|Just after getting up][.|, please.]",
      ],
      noon: ["[At noon|At lunch|Over lunch|In the middle of the day|At midday][.|, please.]"],
      evening: ["[In the evening|After work|At dinner|At sunset|Late in the day|Over supper|Before bed][.|, please.]"],
    },
  },
  {
    keys: ["rating", "opinion", "verdict", "quality"],
    about: "what the writer thinks of it",
    options: {
      good: [
        "[It is|It was|I find it] [excellent|great|very good|superb|perfect|first class|just right].",
        "[I would buy it again|Five stars|I can recommend it|Well done|Top quality][.|!]",
      ],
      fair: [
        "[It is|It was|I find it] [okay|so-so|average|all right|neither good nor bad|fair].",
        "[It could be better|It will do|Three stars|Nothing special].",
      ],
      poor: [
        "[It is|It was|I find it] [awful|terrible|bad|very poor|useless|a disappointment].",
        "[Never again|One star|I want my money back|Don't buy it|What rubbish][.|!]",
      ],
    },
  },
  {
    keys: ["condition", "damage", "shape"],
    about: "what shape it is in",
    options: {
      new: [
        "[It is brand new|Still in its box|Never used|It has never been opened|Fresh from the factory|Straight from the shop|The seal is unbroken].",
      ],
      used: [
        "[It is used|It has some scratches|It is second-hand|A bit worn|We had it for years|It has seen some use|Slightly worn].",
      ],
      broken: [
        "[It is broken|It fell apart|It does not work|It's in pieces|A part is missing|It has a crack|It arrived smashed].",
      ],
    },
  },
  {
    keys: ["role", "side", "who"],
    about: "buyer or seller",
    options: {
      buyer: ["[I want to buy|We wish to buy|I am looking to buy|I'd pay well for it|I'm the buyer|We buy]."],
      seller: ["[I want to sell|We wish to sell|It is for sale|I sell it|I'm the seller|I'd like to get rid of it]."],
    },
  },
];

/** A field that is true or false. */
export interface YesNo {
  readonly keys: readonly string[];
  readonly about: string;
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

export const yesNos: readonly YesNo[] = [
  {
    keys: ["gift", "is_gift", "wrap", "gift_wrap"],
    about: "whether it is a gift",
    yes: [
      "[It is|It's|This is] a [gift|present|birthday gift|surprise for my mother].",
      "[Please wrap it|Wrap it nicely|Add a bow and a card|Gift paper, please].",
    ],
    no: [
      "[It is|It's] not a [gift|present].",
      "[No gift paper|No wrapping, please|It's just for me|No bow and no card].",
    ],
  },
  {
    keys: ["paid", "is_paid", "settled"],
    about: "whether it is paid",
    yes: ["[I have paid|It is paid|We paid already|The money is on its way|The bill is settled|Payment is done]."],
    no: [
      "[I have not paid|It is not paid yet|We still have to pay|The bill is open|The money is still missing|Payment is due].",
    ],
  },
  {
    keys: ["fragile", "breakable", "handle_with_care"],
    about: "whether it breaks easily",
    yes: [
      "[Be careful, it breaks|It is fragile|Handle with care|It's made of thin glass|Don't drop it|It breaks easily].",
    ],
    no: [
      "[It can't break|It is solid|Nothing can harm it|Drop it if you like|It is unbreakable|It's as hard as rock].",
    ],
  },
  {
    keys: ["returning", "known", "regular", "member"],
    about: "whether they were here before",
    yes: [
      "[I have been here before|We are old customers|I buy here each year|As a member I come often|You know me well].",
    ],
    no: [
      "[It is my first time here|You don't know me yet|I am new here|We never bought from you|This is our first order].",
    ],
  },
  {
    keys: ["vegetarian", "no_meat", "meatless"],
    about: "whether they eat no meat",
    yes: ["[I don't eat meat|No meat for me|We are vegetarians|Please no meat|I live on vegetables]."],
    no: ["[I eat meat|Meat is fine|A steak for me|I love ham|With meat, please]."],
  },
  {
    keys: ["parking", "by_car", "needs_parking"],
    about: "whether they come by car",
    yes: ["[We come by car|I'll drive|I need a parking lot|Where can I park|My car needs a space]."],
    no: ["[We come by train|I'll walk|I have no car|We take the bus|I come on foot]."],
  },
  {
    keys: ["newsletter", "subscribe", "wants_news"],
    about: "whether they want news",
    yes: ["[Send me your news|I'd like the newsletter|Keep me posted|Put me on your list|News is welcome]."],
    no: ["[No newsletter|Take me off your list|Please send no news|I want no advertising|Don't mail me offers]."],
  },
  {
    keys: ["window_seat", "window", "view"],
    about: "whether they want a window",
    yes: ["[A window seat, please|I'd like a view|By the window|We want to look outside|Near the window]."],
    no: ["[No window|An aisle seat, please|Away from the window|We need no view|Far from the window]."],
  },
];
