/** How somebody speaks of a thing: the words that ask for the tone, and sentences in it. */
export interface Tone {
  readonly names: readonly string[];
  /** With `{x}`, the thing, after which the sentence reads as of one thing; `{n}`, `{a}`, `{p}`: a noun, an adjective, a place. */
  readonly about: readonly string[];
  /** Sentences that follow and need no name. */
  readonly more: readonly string[];
}

export const tones: readonly Tone[] = [
  {
    names: [
      "excited",
      "thrilled",
      "overjoyed",
      "bubbly",
      "enthusiastic",
      "delighted",
      "eager",
      "happy",
      "sunny",
      "passionate",
    ],
    about: [
      "[Yes, yes, yes|Hurray|Yippee|Oh my|Good heavens|Listen, everybody|Bravo|Goodness me|Stop everything|Look at that], [a|this|my own] {x}!",
      "[What a|Such a|Now that is a|Finally, a] {a} {x}!",
      "[This|My|Our|That|The new] {x} [makes every day better|is a dream come true|is the best thing in {p}|has changed my life|is a hit with the whole family|beats every {n} I know|is worth its weight in gold|puts a smile on my face]!",
      "[I'm so glad|I'm thrilled|I can't believe|It's great|I'm so lucky] [that I found|to have|to own|that I got|to use] [this|a|my] {x}!",
      "[Buy|Get|Try|Grab|Treat yourself to|Run and get] [this|a] {x} [today|now|at once|before they are gone|and thank me later]!",
      "[Nobody|No one] [told me|would have guessed|warned me] [how good|how useful|how much fun] [a|this] {x} [is|can be|would be]!",
      "[Ever since|From the day] [the|this|my] {x} [arrived|came home|moved in], [I dance in the kitchen|we smile all day|everything is easier|my neighbors are jealous]!",
      "[My heart beats faster for|I sing songs about|I dream of|I'm in love with|I'm a huge fan of|Everybody here talks about] [this|my|the] {x}!",
      "[Is there anything better than|Who could live without|Could you imagine life without|Where were you, my dear|How did I ever manage without] [a|this] {x}?!",
    ],
    more: [
      "[It is|It's] [simply|truly|really|just] [superb|splendid|marvelous|perfect|a treat|first class|pure sunshine|out of this world]!",
      "[Top marks|Full marks|A hundred points|Nine out of nine|My highest praise|A gold medal] from [me|us|our whole house|this {n} owner]!",
      "[The quality|The finish|The design|Every detail|The {n}|The {a} {n}] [is great|made my week|blew us all away|could not be better|is a joy to see]!",
      "[You won't regret it|You will see|I mean it|Trust me|No doubt at all|I would buy it again|Do it|Hats off]!",
    ],
  },
  {
    names: [
      "dry",
      "sober",
      "matter-of-fact",
      "plain",
      "neutral",
      "laconic",
      "factual",
      "terse",
      "restrained",
      "businesslike",
    ],
    about: [
      "[The|This|A] {x} [is a {n} of sorts|does its job|is in stock|serves its purpose|is made of {n}|weighs little|needs no care|does what it says|lasts for years|fits on a shelf].",
      "[We|They|I] [tested|measured|weighed|checked|bought|kept|returned] [the|this|one] {x} [in {p}|last week|twice|for a month|with care].",
      "[About|Regarding|On|Concerning] the {x}: [nothing to report|it works|it is {a}|see the {n}|no faults found].",
      "[One|A single] {x} [is enough|costs little|will do|was delivered].",
      "[Summary|Result|Note|Verdict|In short]: [the|this] {x} [is {a}|is fine|passes|can stay|works as described].",
      "[Use|Keep|Store|Clean|Open|Check] the {x} [with care|in a {a} place|before {n}|once a week|when it is cold].",
      "[There is|Here is] [a|the] {x}.",
    ],
    more: [
      "[It is|It was] [{a}|{a} and {a}|as described|of average size|made in {p}].",
      "[Nothing else|No more] [to say|is known|needs saying].",
      "[The price|The weight|The size|The {n}] is [{a}|average|as expected|stated on the box].",
      "[This concludes the test|That is all|No further remarks|End of report].",
    ],
  },
  {
    names: [
      "grumpy",
      "annoyed",
      "disappointed",
      "bitter",
      "critical",
      "cranky",
      "unhappy",
      "sour",
      "sceptical",
      "harsh",
    ],
    about: [
      "[Oh no|Not again|Spare me|Good grief|Really|Please], [a|another|this] {x}[!|.|?]",
      "[I am tired of|I regret buying|I can't stand|Nobody needs|I expected more of|Keep away from|Don't waste money on] [this|the|a] {x}.",
      "[The|This|My] {x} [broke after a day|smells of {n}|never worked|is {a} and {a}|is a waste of money|makes me sad|belongs in {p}|fell apart|let me down].",
      "[Who|Who on earth] [needs|wants|invented|would buy] [a|this] {x}?",
      "[With|Since I have] this {x}, [every day is grey|nothing works|I miss my old {n}|my {n} hurts].",
      "[Worst|Saddest|Least useful] {n} [ever|of the year]: [the|this] {x}.",
    ],
    more: [
      "[I want my money back|Never again|One star at most|What a pity|I shall complain|No, thank you].",
      "[It is|It's] [too {a}|not even {a}|far from {a}|worse than a {n}].",
      "[The {n} is|The instructions are|The color is|The sound is] [awful|a joke|all wrong|{a} at best].",
    ],
  },
  {
    names: ["friendly", "warm", "kind", "helpful", "gentle", "patient", "caring", "polite", "welcoming", "cozy"],
    about: [
      "[Thank you for asking about|How nice that you ask about|I'm happy to help with|Good question about|Let me tell you about|Of course we can talk about] [the|your|this] {x}.",
      "[The|Your|This] {x} [will keep you company|is easy to love|is a good friend|goes well with a {a} {n}|will be fine|makes a nice gift|likes a {a} place].",
      "[If you like|If you care for|When you use] [the|a|this] {x}, [you may also like a {n}|be gentle|take your time|keep it {a}].",
      "[I hope|We hope|I'm sure] [the|your|this] {x} [brings you joy|finds a good home|helps you|will serve you well].",
      "[A|This] {x} is [a fine choice|a good start|just right for you|a lovely thing].",
      "[Take good care of|Have fun with|Enjoy|Be proud of] [your|the|this] {x}.",
    ],
    more: [
      "[Let me know|Tell me|Just ask] if [you need more|anything is unclear|I can help].",
      "[Have a lovely day|Take care|All the best to you|You are always welcome].",
      "[Don't worry|No need to rush|It is quite simple|You can do it].",
    ],
  },
  {
    names: ["poetic", "dreamy", "romantic", "lyrical", "wistful", "old-fashioned", "theatrical", "solemn"],
    about: [
      "[O|Oh|Dear|Sweet|Gentle] {x}, [you shine like {n}|how {a} you are|you never sleep|sing to me of {p}].",
      "[Under the moon|In the morning|By the river|At dusk|In {p}], [the|a|one] {x} [waits|dreams|sleeps|is shining|remembers].",
      "[The|A|This] {x} [is like a {a} {n}|whispers of {n}|glows like a {n}|knows the wind|holds the light of {p}].",
      "[Once|Long ago|Upon a time] there was a {x} [in {p}|that loved a {n}|and nobody knew it].",
      "[Nothing|No {n}] is as {a} as [a|the|this] {x}.",
      "[They came from {p}|We crossed the sea|I left my {n}] for [a|this|the] {x}.",
    ],
    more: [
      "[The {n} was {a}|The night was {a}|The wind was still|And the {n} sang along].",
      "[So it goes|So it was|Such is life|And all was {a}|Hush now].",
      "[Like {n} and {n}|Like a {a} {n}], [it passes|it stays|it comes home].",
    ],
  },
  {
    names: ["technical", "precise", "expert", "scientific", "careful", "thorough", "nerdy", "practical"],
    about: [
      "[The|This|Every|Each] {x} [runs on {d} volts|has {d} parts|holds {d} liters|weighs {d} grams|is rated for {d} hours|uses a {a} {n}|measures {d} by {e} inches].",
      "[Install|Mount|Connect|Charge|Adjust|Reset|Calibrate] the {x} [first|with {d} screws|beside the {n}|for {d} minutes|before use].",
      "[In a test of {d} days|Over {d} runs|In our lab|On average], the {x} [was {a}|stayed cool|lost {e} percent|kept its shape].",
      "[Inside|Behind|Under|On top of] the {x} [is a {a} {n}|you find {d} screws|sits the {n}].",
      "[Compared with a {n}|Unlike a {n}|Next to other models], [the|this] {x} [is lighter|needs less power|is more {a}|lasts {d} times longer].",
      "[To clean|To open|To use|To repair] [the|a|your] {x}, [use a {a} {n}|turn the {n} left|wait {d} minutes|read page {d}].",
    ],
    more: [
      "[Model {d}|Version {d}|Step {d}] is [{a}|{a} but {a}|next|the newest].",
      "[The tolerance|The range|The error] is [{d} percent|below {d}|small].",
      "[Check the {n} twice|Keep {d} inches of space|Use only {a} parts|Wear gloves].",
    ],
  },
  {
    names: ["salesy", "persuasive", "pushy", "bold", "glamorous", "flashy", "loud", "confident"],
    about: [
      "[Meet|Say hello to|Discover|Here comes|Get ready for|Introducing] the {x}[!|:|.] [The {n} of your dreams|Your new {n}|A {a} star|So {a}, so {a}][!|.]",
      "[Only today|This week|While stocks last|For a short time]: [the|one|a] {x} [for {d} dollars|at half the price|with a free {n}|from {p}][!|.]",
      "[Your home|Your day|Your office|Your {n}] [deserves|needs|calls for|is waiting for] [a|this|the] {x}[!|.]",
      "[No {n}|Nothing] [comes close to|matches|beats] [the|our|this] {x}[!|.]",
      "[Order|Choose|Take|Pick|Pack] [the|our|your] {x} [now|tonight|and save {d} percent|and relax][!|.]",
    ],
    more: [
      "[Don't wait|Hurry|Act now|Be the first|Call us]!",
      "[It's {a}|It's {a} and {a}|So {a}|Now even more {a}][!|.]",
      "[{d} buyers|Millions|People in {p}] [can't be wrong|agree|say yes][!|.]",
    ],
  },
  {
    names: ["chatty", "casual", "relaxed", "funny", "witty", "talkative", "playful", "cheeky", "curious"],
    about: [
      "[So|Well|Okay|Anyway|You know|Look|Fun fact|By the way|Honestly], [the|this|my|that] {x} [is kind of {a}|is a story of its own|still sits in my {n}|went with me to {p}|is everywhere now].",
      "[My|Our] [neighbor|cousin|boss|cat|dog|friend|uncle|teacher] [has|stole|hates|painted|sold|wants] [a|my|the|this] {x}[, believe it or not||, no kidding].",
      "[Did you know that|Guess what:|Fun thing is,|They say] [the|a|this] {x} [can be {a}|comes from {p}|was once a {n}|scares the cat]?",
      "[I once took|I put|I found|I forgot|We hid] [a|the|my] {x} [in the {n}|in {p}|under the {n}|at a wedding].",
      "[A|One] {x} a day [keeps the {n} away|is plenty|is my rule].",
    ],
    more: [
      "[Ha|Oh well|Don't ask|Long story|Go figure|True story|Just saying][!|.]",
      "[It's {a}, I guess|It happens|That's life|We all laughed|Nobody noticed].",
      "[But hey|Then again|Still|And yet], [it's {a}|it works|who cares|I like it].",
    ],
  },
];
