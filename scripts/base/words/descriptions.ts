import { words } from "./words.ts";

/** Adjectives that may stand before any thing. */
export const adjectives = words(`
  able absent abstract accurate active acute adequate aged agile airy alert ample ancient angry annual antique anxious
  apt aromatic artful austere automatic available average awake aware awkward bad balanced bare basic beautiful big
  bitter bland blank bleak blunt bold boring bouncy brave breezy brief bright brilliant brisk brittle broad broken bulky
  bumpy busy calm capable careful careless casual cautious central certain charming cheap cheerful chief chilly chubby
  chunky clean clear clever close cloudy clumsy coarse cold colorful comfortable common compact complete complex
  composed concise confident constant convenient cool corporate correct costly cosy cozy cracked crafty cramped crazy
  creaky creamy creative crisp crooked crowded crucial crude crunchy curious current curved custom cute daily damp
  dangerous daring dark dazzling dear decent deep delicate delicious delightful dense dependable detailed different
  difficult digital dim diplomatic direct dirty distant distinct dizzy domestic double drab dramatic dreamy droopy dry
  dual due dull durable dusty eager early earnest easy economical edible elaborate elastic electric elegant eligible
  empty endless energetic enormous entire equal essential even everyday exact excellent exciting exclusive exotic
  expensive expert external extra fabulous faded faint fair faithful false familiar famous fancy fantastic fast fat
  faulty favorable favorite fearless feathery festive few fierce final fine firm fit fixed flaky flashy flat flawless
  flexible flimsy floral fluffy fond foreign formal fortunate fragile fragrant frank free frequent fresh friendly frosty
  frozen frugal full funny furry fussy fuzzy general generous gentle genuine giant gifted glad gleaming global gloomy
  glorious glossy golden good gorgeous graceful gracious grand grateful greasy great greedy grim gritty gross grumpy
  guilty hairy handmade handsome handy happy hard hardy harmless harsh hasty healthy hearty heavy hectic helpful hidden
  high hollow homemade honest hopeful horizontal hot huge humble hungry icy ideal idle immense important impressive
  inclined independent indoor inexpensive inner innocent instant intact intense internal inviting itchy jagged jolly
  joyful juicy keen kind knotty known lacy large last late lavish lazy leafy lean legal level light likely limp limited
  little lively local lonely long loose loud lovely low loyal lucky luminous lumpy luxurious magnetic main major manual
  marvelous massive mature meager mean mechanical medium mellow melodic memorable merry messy mighty mild minimal minor
  misty mobile modern modest moist monthly moody muddy multiple musty muted mysterious narrow nasty natural naughty near
  neat necessary nervous neutral new nice nimble noble noisy normal notable novel numb obvious odd offbeat official oily
  old open opposite optional orderly ordinary organic original ornate outdoor outer outgoing oval overdue padded painful
  pale partial particular patient peaceful perfect periodic permanent personal petite plain playful pleasant pleased
  plentiful plump plush pointed poised polished polite poor popular portable posh possible potent powerful practical
  precious precise premium present pretty previous pricey primary private prime productive professional promising prompt
  proper proud public punctual pure puzzled quaint quick quiet quirky radiant random rapid rare raw ready real rear
  reasonable recent rectangular redundant refined regional regular relaxed reliable remarkable remote repeated resilient
  responsible restless reusable rich rigid ripe robust rocky romantic rotten rough round royal rubbery rude rugged rural
  rusty rustic sad safe salty same sandy satisfied savory scarce scary scented scratchy scruffy sealed seasonal second
  secret secure selective sensible sensitive separate serene serious shabby shady shaggy shallow sharp shiny short shy
  sick significant silent silky silly similar simple sincere single sleek sleepy slender slight slim slippery sloppy
  slow sluggish small smart smoky smooth smug snappy snug sociable soft soggy solid sophisticated sore sour spacious
  spare sparkling special specific spicy spiky splendid spotless spotted square squeaky stable stale standard stark
  steady steep sticky stiff stormy stout straight strange strict striking striped strong stubborn sturdy stylish subtle
  successful sudden suitable sunny super superb superior sure sweet swift symmetrical talented tall tame tangled tangy
  tart tasty tedious temporary tender tense terrible terrific thick thin thirsty thorough thoughtful tidy tight timely
  timid tiny tired top torn total tough traditional tranquil transparent tricky trim trivial tropical true trusty twin
  typical ugly ultimate unique unusual upbeat upper upright upset urban urgent useful useless usual vacant vague valid
  valuable vast velvety versatile vertical vibrant vicious vintage visible vital vivid vocal voluntary warm wary
  washable wasteful watchful waterproof watery wavy weak wealthy weary weekly weird welcome wet whole wicked wide wild
  willing windy wise wireless witty wobbly wonderful wooden woolly worldwide worn worried worthy wrinkled wrong yearly
  young yummy zany zesty
`);

/** What things are made of; each also stands before a thing ("bamboo tray"). */
export const materials = words(`
  wood pinewood plywood bamboo rattan wicker straw paper cardboard parchment leather suede fur wool cotton linen silk
  satin velvet denim felt fleece cashmere nylon polyester lace canvas burlap hemp jute rubber latex foam plastic vinyl
  acrylic silicone resin wax glass crystal ceramic porcelain earthenware stoneware terracotta clay plaster concrete
  cement brick stone marble granite slate limestone sandstone quartz metal iron steel tin lead zinc copper brass bronze
  nickel chrome aluminum titanium pewter silver gold platinum carbon graphite fiberglass enamel ivory bone horn shell
  pearl amber jade mahogany walnut teak birch maple cedar ebony corduroy flannel tweed mesh
`);

export const adverbs = words(`
  quickly slowly quietly loudly gently firmly softly badly well carefully carelessly easily hardly barely nearly almost
  always never often sometimes rarely seldom usually normally generally frequently occasionally daily weekly monthly
  yearly early late soon later now then today tomorrow yesterday tonight already still yet just again twice once here
  there everywhere somewhere anywhere nowhere inside outside upstairs downstairs indoors outdoors nearby abroad away
  back forward backward together apart alone clearly plainly simply truly really actually honestly frankly probably
  possibly perhaps maybe certainly surely definitely obviously apparently evidently exactly precisely roughly
  approximately about entirely completely totally fully partly mostly mainly largely slightly somewhat rather quite very
  too enough so extremely highly deeply greatly widely closely directly immediately instantly suddenly finally
  eventually recently currently originally previously formerly lately gradually steadily constantly happily sadly gladly
  kindly politely warmly proudly bravely calmly eagerly patiently safely securely properly correctly wrongly perfectly
  neatly tightly loosely smoothly automatically manually silently secretly openly freely equally similarly differently
  otherwise therefore instead besides anyway however meanwhile moreover furthermore thankfully luckily sincerely
`);

export const abstractNouns = words(`
  ability absence access accident account achievement action activity addition advance advantage advice affection
  agreement aim allowance ambition amount analysis anger announcement answer apology appeal appearance approach approval
  argument arrival aspect assistance attempt attention attitude authority average balance basis beauty behavior belief
  benefit bonus break budget burden business calm care career case cause caution challenge chance change character
  charge charm choice circumstance claim clarity comfort command comment commitment comparison competition complaint
  compromise concept concern conclusion condition confidence conflict confusion connection consequence consideration
  context control conversation cooperation cost courage courtesy creativity credit crisis culture curiosity custom
  danger deadline deal debate debt decision defeat defense delay delight demand description desire detail difference
  difficulty direction discipline discount discovery discussion distance doubt dream duty ease economy education effect
  efficiency effort emergency emotion emphasis energy enthusiasm entertainment entry environment error event evidence
  example excitement excuse exercise existence expectation expense experience explanation extent failure fairness faith
  fame fashion fault favor fear feature feedback feeling fiction focus force freedom friendship fun function future
  generation goal gratitude growth guarantee guidance habit happiness harmony health help history holiday honesty honor
  hope hour humor idea image imagination impact importance impression improvement incident income increase influence
  information initiative insight inspiration instance instruction insurance intention interest introduction invitation
  issue joke journey joy judgment justice kindness knowledge language law leadership leisure lesson liberty life limit
  logic loss love luck luxury magic majority manner meaning measure meeting memory mention mercy message method mind
  minute mission mistake mixture mode moment money mood motion motive mystery name need news noise notice number
  objection occasion offer opinion opportunity option order origin outcome pace pain passion patience pattern payment
  peace performance period permission perspective phase phrase plan pleasure point policy position possibility potential
  power practice praise preference preparation presence pressure pride principle priority privacy problem procedure
  process product profit progress promise proof proposal protection purpose quality quantity question range rate
  reaction reality reason reference refund relation relief reminder reply reputation request research respect response
  responsibility rest result return reward rhythm right risk role routine rule rumor safety satisfaction scheme science
  season secret security selection sense service silence situation size skill sleep society solution sorrow sort source
  speech speed spirit standard start statement status step story strategy strength stress structure struggle style
  subject success suggestion summary supply support surprise survey sympathy system talent task taste technique temper
  tendency tension term theme theory thought threat time tone topic tour trade tradition training transfer transition
  treatment trend trial trouble trust truth turn type understanding union update upgrade usage value variety version
  victory view virtue vision visit voice volume wait warmth warning waste wealth weight welcome will wisdom wish wonder
  work worry worth year youth zeal
`);

export const prepositions = words(`
  about above across after against along among around as at before behind below beneath beside between beyond by despite
  down during except for from in inside into like near of off on onto opposite out outside over past per round since
  through throughout till to toward under underneath until up upon via with within without
`);

export const connectives = words(`
  and but or nor so yet because although though while whereas unless until if when whenever where wherever since once
  after before as than that whether however therefore moreover furthermore nevertheless nonetheless otherwise meanwhile
  instead besides also still then thus hence finally first second third next lastly consequently accordingly likewise
  similarly indeed rather else even only
`);

export const functionWords = words(`
  the a an this that these those my your his her its our their mine yours hers ours theirs i you he she it we they me
  him us them myself yourself himself herself itself ourselves themselves who whom whose which what where when why how
  some any no none every each either neither both all half several many much more most less least few little enough such
  same other another one two first last next own am is are was were be been being have has had having do does did doing
  done can could may might must shall should will would ought need dare used not never only just also too very there
  here somebody someone something anybody anyone anything nobody nothing everybody everyone everything yes okay please
  thanks hello goodbye oh well hey
`);
