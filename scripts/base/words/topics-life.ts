import { words } from "./words.ts";

/** Everyday life: home, body, leisure, nature. */
export const lifeTopics = {
  travel: words(`
    travel trip journey flight airport plane hotel luggage suitcase passport visa border customs ticket booking booked
    holiday vacation beach tour tourist guide map souvenir hostel resort cruise abroad departure arrival gate boarding
    delayed jetlag sightseeing wander explore destination backpack passenger traveler
  `),
  trains: words(`
    train station platform track rail railway conductor ticket timetable carriage compartment locomotive engine express
    commuter delay connection change seat reservation window aisle luggage whistle tunnel signal bridge subway metro
    tram depot departure arrival passenger journey railroad stationmaster rails derail sleeper
  `),
  flying: words(`
    flight plane airplane airport pilot crew cockpit runway takeoff landing boarding gate terminal seat aisle window
    luggage hold turbulence altitude wing engine jet airline ticket passport security delay delayed connection captain
    steward seatbelt tower hangar aviation stewardess aircraft propeller airborne
  `),
  health: words(`
    health doctor nurse hospital clinic patient illness sick ill pain ache fever cough cold flu headache medicine pill
    tablet prescription pharmacy vaccine surgery operation bandage wound blood pressure heart lung allergy symptom
    diagnosis therapy treatment recover checkup appointment ambulance injury
  `),
  dentist: words(`
    dentist tooth teeth gum cavity filling crown brace braces drill toothache brush toothbrush toothpaste floss
    mouthwash cleaning plaque enamel root canal extraction wisdom jaw bite denture numb appointment x-ray chair polish
    whitening molar hygiene gums dental smile tartar retainer incisor drilling sensitive
  `),
  fitness: words(`
    fitness gym workout exercise training trainer muscle weight dumbbell barbell treadmill run running jog squat pushup
    situp stretch yoga cardio sweat rep set strength endurance calories protein pulse rest warmup membership locker
    plank bench fit athlete biceps jogging triathlon gymnast
  `),
  sleep: words(`
    sleep bed pillow mattress blanket night dream nightmare snore snoring yawn tired nap alarm wake awake insomnia doze
    drowsy rest bedtime pajama midnight dark quiet lullaby snooze early late hour sheet deep restless eyelid slumber
    sleepy dreaming awakened naptime sleepless
  `),
  school: words(`
    school teacher pupil student class classroom lesson homework exam test grade blackboard chalk pencil notebook
    textbook recess bell principal uniform kindergarten math spelling reading writing history geography biology lunchbox
    backpack report essay learn study playground bus classmate schoolbag marks grades
  `),
  university: words(`
    university college student professor lecture lecturer campus dormitory degree bachelor master thesis seminar exam
    semester faculty library research scholarship tuition diploma graduate graduation dean enroll credit course study
    laboratory essay department assignment undergraduate academic postgraduate alumni freshman auditorium rector exams
  `),
  languages: words(`
    language grammar vocabulary word verb noun sentence translate translation translator interpreter accent
    pronunciation dialect fluent speak learn lesson dictionary spelling alphabet letter phrase idiom native foreign
    bilingual tongue tense plural listening reading writing conversation exercise vowel consonant syllable comma fluency
  `),
  math: words(`
    number sum add subtract multiply divide equation fraction decimal percent angle triangle circle square root geometry
    algebra proof theorem plus minus equal zero infinity prime digit calculate calculator formula graph axis average
    probability statistics integral matrix calculus exponent quotient addition subtraction multiplication
  `),
  history: words(`
    history king queen emperor empire war battle castle knight revolution century ancient medieval museum ruins
    archaeologist dynasty treaty kingdom throne crown soldier colony independence monument archive pharaoh pyramid sword
    legend ancestor chronicle era empress artifact feudal historian siege crusade monarchy
  `),
  cooking: words(`
    cook cooking recipe kitchen pan pot oven stove boil fry bake roast simmer chop slice stir mix whisk onion garlic
    salt pepper spice sauce soup stew meat vegetable ingredient taste flavor dish serve apron knife spoon teaspoon
    tablespoon dough season
  `),
  baking: words(`
    bake baking bread loaf dough yeast flour oven butter sugar egg cake cookie pastry muffin tin tray rise knead crust
    icing frosting cream vanilla chocolate cinnamon powder whisk batter pie tart sponge rolling baker bakery crumb
    golden oatmeal pretzel bagel
  `),
  restaurants: words(`
    restaurant waiter waitress menu table reservation chef dish starter dessert bill tip order wine glass plate dinner
    lunch delicious portion service kitchen napkin vegetarian buffet takeaway cuisine tasty cold soup steak pasta pizza
    hungry booking cutlery sommelier diner tablecloth brunch hostess bistro
  `),
  drinks: words(`
    drink coffee tea espresso cappuccino latte milk juice lemonade soda water beer wine cider cocoa smoothie milkshake
    cup mug glass bottle straw ice sip thirsty brew brewed cafe barista roast beans hot cold refreshing lemon syrup
    sparkling beverage kettle jug
  `),
  groceries: words(`
    grocery supermarket shop shopping list cart basket aisle checkout milk bread egg butter cheese apple banana carrot
    potato rice pasta flour sugar cereal frozen fresh organic discount receipt bag cashier shelf produce dairy meat
    bakery grocer yogurt onions jam salad
  `),
  music: words(`
    music song melody rhythm guitar piano violin drum trumpet flute band orchestra choir concert singer sing composer
    conductor note chord scale tune album record playlist stage audience lyrics chorus jazz rock opera bass tempo
    microphone headphone instrument cello harmony concerto
  `),
  sport: words(`
    sport football soccer basketball tennis goal score match game team player coach referee ball net kick throw run race
    win won lose lost draw league cup champion championship medal stadium fan training penalty season tournament athlete
    sprint stadiums hockey rugby
  `),
  swimming: words(`
    swim swimming swimmer pool water lane dive diving stroke breaststroke backstroke crawl goggles swimsuit cap
    lifeguard float splash deep shallow wet towel chlorine lap fins ladder sea lake wave beach drown breath relay locker
    shower buoy dolphin snorkeling poolside surfboard
  `),
  cycling: words(`
    bicycle bike cycling cyclist wheel tire pedal chain brake saddle handlebar helmet gear frame spoke pump puncture
    flat lane path race climb downhill uphill mountain tour ride rider bell rack lock mudguard lamp trail bicycles
    crossbar tandem velodrome wheels inner
  `),
  winter: words(`
    winter snow ice cold frost freezing frozen snowflake snowman sled ski skiing skate scarf glove mitten coat boots
    shovel icicle blizzard fireplace blanket cocoa december january february slippery salt plow chilly white short dark
    frostbite sleet snowball mittens thaw hibernate
  `),
  weather: words(`
    weather rain rainy sun sunny cloud cloudy wind windy storm thunder lightning snow hail fog foggy mist frost
    temperature degree forecast umbrella drizzle shower warm hot cold humid dry breeze heatwave sky rainbow hurricane
    tornado flood drought season overcast sleet
  `),
  garden: words(`
    garden gardener plant flower rose tulip seed soil dig spade shovel rake hoe hose water watering weed lawn mow mower
    hedge prune bush tree compost fertilizer pot greenhouse vegetable tomato bloom blossom bulb harvest bee bed shed
    fence gardening lilac
  `),
  farming: words(`
    farm farmer field crop harvest tractor barn cow pig sheep goat hen chicken egg milk wheat corn barley hay straw plow
    seed soil fertilizer fence pasture stable silo orchard irrigation drought grain livestock herd dairy farmhouse
    farmyard haystack plowing dairyman
  `),
  animals: words(`
    animal dog cat horse cow sheep rabbit bird fish lion tiger elephant bear wolf fox deer monkey snake frog fur paw
    tail feather wing zoo wild tame feed nest herd hunt prey species veterinarian jungle cage claw whisker hoof mammal
    reptile
  `),
  pets: words(`
    pet dog puppy cat kitten hamster rabbit parrot goldfish leash collar bowl feed food litter box vet veterinarian bark
    meow purr walk groom brush flea basket cage aquarium treat toy tail paw adopt shelter breed trained fur guinea
    leashes kennel
  `),
  birds: words(`
    bird feather wing beak nest egg fly flock sparrow robin eagle owl hawk pigeon dove crow parrot penguin swan duck
    goose gull stork sing chirp tweet perch cage feeder migrate migration binoculars hatch chick claw finch plumage
    aviary falcon heron
  `),
  ocean: words(`
    ocean sea wave tide beach shore sand shell coral reef fish shark whale dolphin octopus crab salt deep diver diving
    boat ship sail island coast current storm harbor anchor lighthouse seaweed jellyfish pearl gull surf tidal seal
    squid plankton saltwater
  `),
  mountains: words(`
    mountain hill peak summit valley cliff ridge climb climber hike hiking trail rope rock snow glacier hut backpack
    boots altitude view steep slope path avalanche cave guide map compass tent goat cable lift echo thin air alpine
    mountaineer boulder pass shepherd mountaintop
  `),
  camping: words(`
    camping camp tent sleeping bag campfire lantern backpack hike forest lake marshmallow firewood match axe stove
    flashlight mosquito map compass trail canoe fishing picnic blanket stars outdoors ranger cabin rope peg mat kettle
    canteen camper campsite bonfire hammock insect sunrise firefly cooler
  `),
  fishing: words(`
    fish fishing rod reel line hook bait worm lure net boat lake river sea catch caught trout salmon cod pike bite float
    waders bucket angler pier license pond scale fin patience tackle sinker stream fisherman trawler harbor fishery
    minnow fishes netting reeds
  `),
  space: words(`
    space rocket astronaut planet moon star sun galaxy orbit satellite telescope comet asteroid meteor gravity launch
    shuttle capsule alien universe eclipse crater lander rover mission astronomer cosmic light-year solar lunar suit
    weightless countdown dust probe spacecraft galaxies astronomy spaceship nebula
  `),
  cars: words(`
    car engine tire wheel brake clutch gear steering windshield wiper mirror seatbelt trunk hood bumper headlight fuel
    petrol diesel gasoline battery oil garage mechanic parking traffic road highway drive driver license dealer
    dashboard convertible horn dent scratch rust exhaust sedan gearbox
  `),
  traffic: words(`
    traffic jam road street highway lane car truck bus bicycle pedestrian crossing light signal roundabout intersection
    detour accident speed limit sign parking toll bridge tunnel rush hour congestion horn lorry commute driver
    overtaking exit roadworks cyclist congested roadblock motorway crossroads
  `),
  housing: words(`
    house apartment flat rent rental tenant landlord lease deposit room bedroom bathroom kitchen balcony floor furnished
    utilities neighbor neighborhood move moving mortgage estate agent viewing key heating repair roof window square
    meters garage garden eviction roommate attic homeowner realtor basement
  `),
  cleaning: words(`
    clean cleaning dirty dust dusty broom mop bucket sponge vacuum soap detergent scrub wipe wash polish stain spot rag
    cloth bleach floor window shiny tidy trash bin laundry iron rinse spotless grime duster brush cleaner disinfect
    sweep sweeping dustpan squeaky
  `),
  laundry: words(`
    laundry wash washing machine dryer detergent softener iron ironing stain shirt sock towel sheet basket hanger fold
    dry line clothespin delicate wool cotton bleach spin cycle rinse shrink shrunk wrinkle hamper cleaner steam
    temperature whites colors washer detergents fabric folded
  `),
  repairs: words(`
    repair fix broken screwdriver hammer wrench drill nail screw glue tape leak pipe tap plumber electrician paint wall
    crack hinge door handle saw tool toolbox replace part loose tighten spare handyman workshop wood measure level mend
    rewire sander maintenance solder patch spanner
  `),
  furniture: words(`
    furniture chair table sofa couch bed desk shelf bookcase wardrobe drawer cabinet lamp cushion mattress oak pine
    leather wood assemble screw leg armchair stool bench mirror carpet cupboard dresser upholstery varnish antique
    comfortable ottoman recliner rug hinge nightstand footstool chairs
  `),
  clothing: words(`
    clothes shirt trousers jeans dress skirt jacket coat sweater sock shoe boot hat scarf glove belt button zipper
    sleeve collar pocket size fit tight loose cotton wool silk fashion tailor wardrobe wear style blouse hem fabric
    stripe garment outfit vest
  `),
  jewelry: words(`
    jewelry ring necklace bracelet earring brooch pendant chain gold silver platinum diamond ruby emerald sapphire pearl
    gem stone jeweler clasp carat wedding engagement watch engraved polish sparkle precious box gift crown setting bead
    locket carats goldsmith jewel bangle cufflink opal
  `),
  beauty: words(`
    hair haircut hairdresser barber shampoo comb brush curl makeup lipstick mascara powder cream lotion skin nail polish
    perfume mirror salon spa massage face mask razor shave beard mustache scissors blonde dye style sunscreen
    conditioner haircuts manicure eyeliner blush stylist cosmetics
  `),
  family: words(`
    family mother father mom dad parent son daughter brother sister baby child grandmother grandfather aunt uncle cousin
    niece nephew wife husband wedding marriage birthday home twin relatives grandma grandpa adopt household nursery
    toddler teenager love siblings stepfather nephews kin generation
  `),
  babies: words(`
    baby infant newborn diaper bottle milk crib cradle stroller pacifier bib rattle crawl cry crying sleep nap lullaby
    mother father midwife birth tooth teething toddler nursery blanket feed spoon highchair cuddle giggle bath babies
    rocking tiny formula wipes giggles newborns
  `),
  weddings: words(`
    wedding bride groom ring vow church ceremony dress veil suit bouquet flower cake guest invitation reception toast
    dance honeymoon marry married marriage bridesmaid photographer champagne anniversary couple love kiss aisle
    engagement band venue spouse bridal proposal fiance honeymooners invitations altar
  `),
  friendship: words(`
    friend friendship buddy neighbor visit together laugh chat talk hug trust loyal secret promise party invite share
    help support care letter call miss meet met reunion companion kind smile forgive quarrel walk coffee pal classmate
    chum loyalty playmate roommate cheer hangout pals
  `),
  books: words(`
    book novel story author writer reader page chapter title cover library librarian shelf poem poetry publisher edition
    paperback hardcover plot character fiction fairy tale bookmark read reading bestseller review print bookshop
    biography trilogy verse bookworm manuscript preface paragraph fantasy essay
  `),
  movies: words(`
    movie film cinema actor actress director scene screen script ticket popcorn trailer comedy drama thriller horror
    camera studio star sequel premiere award plot hero villain ending credits cartoon animation soundtrack audience
    stunt filmmaker cinemas animated screening remake scriptwriter scenes blockbuster casting projector
  `),
  theater: words(`
    theater play stage actor actress curtain scene act script role costume audience applause director rehearsal drama
    comedy tragedy opera ballet ticket seat balcony spotlight mask monologue dialogue prompter premiere performance
    encore playwright stagehand theatrical backstage matinee ensemble understudy improv orchestra
  `),
  art: words(`
    art artist paint painting painter canvas brush color palette gallery museum exhibition sculpture sculptor drawing
    sketch portrait landscape easel frame watercolor pencil charcoal marble statue abstract masterpiece studio pottery
    clay mural print collage masterpieces murals engraving acrylic curator sketchbook crayon mosaic sculptures
  `),
  photography: words(`
    photo photograph photographer camera lens flash tripod focus zoom shutter exposure portrait landscape picture frame
    album film negative darkroom shot selfie light shadow filter print memory battery blurry pixel studio pose aperture
    photographs photos snapshot pixels closeup zoomed backlight camcorder viewfinder snapshots
  `),
  games: words(`
    game play player chess card dice board puzzle level score win lose team joystick controller console move turn pawn
    king queen bishop rook point round rule cheat jackpot quest hero character joker domino shuffle deck token gamer
    checkers winner scoreboard
  `),
  toys: words(`
    toy doll teddy bear puppet ball block brick train car kite yo-yo spinner robot playroom child puzzle marble swing
    slide sandpit balloon bubble rattle plush castle dollhouse costume birthday gift play wooden crayon playful figurine
    blocks rattles jigsaw seesaw tricycle bricks dice
  `),
  crafts: words(`
    craft knit knitting needle yarn wool sew sewing thread button fabric crochet embroidery quilt pattern scissors glue
    paper bead pottery clay candle weave weaving loom paint ribbon stitch handmade felt basket cardboard stencil hobby
    handcraft sewn knitter quilting embroider decoupage
  `),
  holidays: words(`
    holiday christmas easter halloween thanksgiving gift present tree candle ornament santa reindeer sleigh carol
    pumpkin costume fireworks parade turkey egg bunny card wreath family feast tradition celebrate december snow
    stocking sweets decorations presents candy celebration gingerbread tinsel mistletoe lights eve
  `),
  religion: words(`
    church temple mosque synagogue prayer pray priest monk nun pastor rabbi imam faith belief god angel soul holy bible
    sermon choir altar candle blessing baptism pilgrim worship monastery chapel cathedral sacred sin heaven gospel
    bishop hymn parish chaplain scripture shrine
  `),
  emergencies: words(`
    emergency fire firefighter ambulance police siren alarm smoke flame accident rescue help injured flood earthquake
    evacuate exit extinguisher hose danger warning stretcher paramedic hospital collapse explosion trapped shelter
    hydrant urgent first aid hurricane sirens lifeboat hazard firefighters evacuation casualty fireman
  `),
  environment: words(`
    environment climate pollution recycle recycling waste plastic trash forest tree river ocean air carbon emission
    warming green energy solar wind species protect conservation nature wildlife drought flood compost bottle clean
    planet sustainable biodegradable ecology reusable greenhouse landfill habitat endangered renewable
  `),
  city: words(`
    city street square park bridge tower skyscraper building traffic subway bus taxi market shop cafe museum theater
    crowd mayor suburb downtown avenue sidewalk lamp fountain statue block neighborhood nightlife noise tourist skyline
    district urban pedestrian cathedral plaza metropolis citizen alley
  `),
  news: words(`
    news newspaper headline article journalist reporter editor press interview story front page column magazine radio
    television broadcast anchor live report source breaking edition publish published reader coverage photo weather
    election scandal correspondent newsroom interviewer bulletin journalism reporters weekly editorial columnist
  `),
  time: words(`
    time clock watch hour minute second day week month year morning noon afternoon evening night midnight today tomorrow
    yesterday calendar date early late soon alarm schedule century decade moment past future deadline weekend season
    dawn dusk noontime annual timer sundown minutes
  `),
  colors: words(`
    color red orange yellow green blue purple pink brown black white gray gold silver bright dark pale shade hue paint
    rainbow palette tint crimson scarlet navy turquoise beige ivory violet magenta colorful faded lilac teal cyan amber
    pastel monochrome tan
  `),
  feelings: words(`
    happy sad angry afraid scared glad joy fear anger love hate jealous proud ashamed lonely nervous calm excited bored
    worried surprise disgust hope cry laugh smile tear mood heart upset relieved grateful sorry cheerful miserable
    furious delight embarrassed lonesome envy
  `),
  body: words(`
    head face eye ear nose mouth tooth tongue neck shoulder arm elbow hand finger thumb chest back belly hip leg knee
    foot toe skin bone muscle heart lung brain blood stomach hair chin wrist ankle forehead cheek lip throat waist heel
  `),
} as const satisfies Record<string, readonly string[]>;
