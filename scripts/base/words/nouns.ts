import { phrases, words } from "./words.ts";

/** Concrete things by theme, singular and in lower case; no word stands in two themes. */
const household = words(`
  table chair sofa couch armchair stool bench bed mattress pillow cushion blanket quilt duvet sheet pillowcase
  bedspread headboard nightstand dresser wardrobe closet cupboard cabinet shelf bookcase bookshelf drawer desk lamp
  lampshade chandelier candle candlestick lantern bulb curtain blind shutter rug carpet doormat mirror clock vase frame
  picture painting poster basket hamper bin bucket mop broom dustpan duster sponge rag towel washcloth bathrobe soap
  shampoo conditioner toothbrush toothpaste comb hairbrush razor tissue toilet sink faucet tap bathtub shower drain
  plug pipe radiator heater fireplace stove chimney fan ventilator humidifier thermostat iron ironing hanger hook peg
  clothespin hairdryer ladder step door doorbell lock key keyring hinge window sill roof tile wall ceiling floor stair
  staircase banister attic basement cellar balcony porch garage hallway bedroom bathroom kitchen pantry laundry washer
  dryer dishwasher fridge freezer oven microwave toaster kettle blender mixer juicer grinder teapot coffeepot mug cup
  saucer glass tumbler pitcher jug bottle flask jar tin can canister crate carton box tray platter plate dish bowl
  saucepan pot pan skillet wok griddle casserole cauldron lid sieve strainer funnel whisk tongs spoon fork knife
  teaspoon tablespoon chopstick peeler grater masher corkscrew opener cutter napkin tablecloth placemat coaster apron
  potholder rack timer scale thermometer cradle crib playpen stroller highchair pacifier diaper bib rattle ottoman
  recliner futon hammock bunk sideboard screen partition ashtray coatrack piggybank ornament figurine statue trophy
  medal wreath garland ribbon bow balloon lightbulb socket switch fuse wick
`);

const tools = words(`
  hammer mallet sledgehammer screwdriver wrench spanner pliers pincers file rasp saw hacksaw jigsaw handsaw chainsaw
  drill auger plane sander lathe vise clamp lever pulley jack hoist crane wedge nail screw bolt nut staple tack pin
  bracket fastener buckle clasp zipper chain rope cord twine string wire cable thread needle spool scissors shears
  snips blade axe hatchet pickaxe shovel spade rake hoe pitchfork sickle wheelbarrow hose sprinkler nozzle toolbox
  toolbelt workbench sawhorse level plumb ruler compass protractor square stencil template paintbrush roller paint
  primer varnish lacquer glue adhesive epoxy putty grout plaster caulk sandpaper sealant solder torch blowtorch welder
  generator motor engine pump compressor valve gauge piston bearing gear sprocket axle spring crank flywheel turbine
  rotor magnet forge kiln mold tripod scaffold trestle pallet forklift barrow trolley dolly cart tarp canvas net trap
  cage bait lure reel rod harpoon spear flashlight headlamp battery charger inverter transformer grindstone whetstone
  tweezers scalpel syringe stethoscope microscope telescope binoculars lens prism beaker burner
`);

const food = words(`
  bread loaf baguette bun roll bagel croissant muffin pancake waffle toast sandwich burger pizza pasta noodle spaghetti
  lasagna ravioli macaroni dumpling rice oatmeal porridge cereal granola flour dough batter yeast butter margarine
  cheese cheddar yogurt milk cream custard egg omelette bacon ham sausage salami steak roast meatball meatloaf chicken
  turkey duck goose lamb pork beef veal fish salmon tuna trout cod herring sardine anchovy shrimp prawn crab lobster
  oyster mussel clam squid soup stew broth chowder curry salad sauce gravy ketchup mustard mayonnaise vinegar oil salt
  pepper spice cinnamon nutmeg clove ginger garlic onion shallot leek scallion chive parsley basil oregano thyme
  rosemary sage mint dill cilantro cumin paprika turmeric saffron vanilla sugar honey syrup jam marmalade jelly peanut
  almond walnut hazelnut cashew pistachio pecan chestnut coconut raisin prune date fig apple pear peach plum apricot
  cherry grape strawberry raspberry blackberry blueberry cranberry gooseberry currant lemon lime orange grapefruit
  tangerine mandarin banana pineapple mango papaya guava kiwi melon watermelon pomegranate persimmon avocado tomato
  potato carrot turnip radish beet parsnip celery cabbage lettuce spinach kale broccoli cauliflower asparagus artichoke
  cucumber zucchini pumpkin squash eggplant pea bean lentil chickpea corn mushroom truffle olive pickle tofu hummus
  cracker cookie biscuit brownie cake cupcake pie tart pudding donut pastry eclair macaroon chocolate candy caramel
  toffee fudge lollipop marshmallow popcorn pretzel chip nachos taco burrito tortilla quesadilla sushi tempura kebab
  pita tea coffee espresso cappuccino latte cocoa juice lemonade cider soda smoothie milkshake water nectar bouillon
  snack breakfast lunch dinner dessert sorbet gelato icing frosting sprinkle wafer oat barley rye wheat millet quinoa
  couscous bran semolina cornmeal molasses
`);

const clothes = words(`
  shirt blouse sweater jumper cardigan hoodie sweatshirt vest jacket coat overcoat raincoat parka blazer suit tuxedo
  dress gown skirt trouser jean short legging overall jumpsuit pajama nightgown robe underwear sock stocking tights
  shoe boot sneaker sandal slipper loafer heel sole shoelace hat cap beanie helmet hood scarf shawl glove mitten muff
  belt suspender tie collar cuff sleeve pocket button hem lapel seam patch swimsuit bikini wetsuit goggles sunglasses
  spectacles watch bracelet necklace pendant earring ring brooch locket crown headband hairclip barrette handkerchief
  bandana purse handbag wallet backpack rucksack suitcase briefcase satchel tote duffel pouch umbrella cane poncho sari
  tunic toga turban veil corset bodice waistcoat tracksuit jersey uniform costume mask cape cloak anklet insole
  sweatband wristband turtleneck windbreaker dungaree sarong earmuff legwarmer badge
`);

const office = words(`
  pen pencil marker highlighter crayon chalk eraser sharpener notebook notepad pad paper envelope stamp postcard letter
  folder binder clipboard stapler paperclip punch tape dispenser calendar planner diary receipt invoice voucher coupon
  ticket contract form questionnaire report memo brochure leaflet flyer pamphlet magazine newspaper journal book
  textbook dictionary atlas encyclopedia novel manual handbook guidebook catalog booklet map chart diagram blueprint
  sketch drawing whiteboard blackboard easel projector printer scanner copier shredder calculator telephone headset
  intercom typewriter quill ink cartridge toner label sticker tag nameplate signboard bookmark letterhead safe vault
  podium cubicle pinboard thumbtack rubberband laminator guillotine nametag passport visa certificate diploma license
  permit card checkbook banknote coin cashbox till barcode parcel package shipment mailbox postbox wastebasket trashcan
  spreadsheet document dossier archive logbook timetable roster schedule agenda checklist worksheet
`);

const sports = words(`
  ball football basketball baseball softball volleyball handball racket bat paddle club putter tee puck stick goalpost
  hoop whistle scoreboard cleat shinpad kneepad mouthguard skate skateboard ski snowboard sled surfboard kayak canoe
  raft oar flipper fin dumbbell barbell kettlebell treadmill rower trampoline mat beanbag dart dartboard arrow kite
  javelin discus hurdle baton saddle bridle rein whip harness tent campfire canteen racquet birdie skittle cue billiard
  pawn bishop rook knight checkers domino puzzle die token marathon stadium arena gym court pitch pool track rink slope
  lifejacket buoy paddleboard wakeboard windsurfer tandem stepper grip
`);

const nature = words(`
  tree oak maple birch pine fir spruce cedar willow poplar elm ash beech palm bamboo bush shrub hedge vine ivy fern
  moss grass lawn meadow flower rose tulip daisy lily orchid sunflower daffodil iris violet poppy lavender marigold
  carnation petunia lilac jasmine clover thistle dandelion cactus leaf branch twig trunk bark root seed acorn pinecone
  petal stem thorn bud blossom bouquet log stump forest jungle grove orchard garden field farm pasture hill mountain
  valley canyon cliff cave gorge ridge peak volcano crater desert dune oasis beach shore coast bay cove lagoon reef
  island peninsula lake pond river stream creek brook waterfall fountain swamp marsh bog delta glacier iceberg
  snowflake icicle hailstone raindrop puddle cloud rainbow sun moon star planet comet meteor asteroid galaxy rock stone
  pebble boulder sand gravel clay mud soil shell seashell pearl coral fossil crystal gem diamond ruby emerald sapphire
  amber jade opal topaz dog puppy cat kitten horse pony foal donkey mule cow calf bull ox goat sheep pig piglet hen
  rooster chick rabbit hare hamster mouse rat squirrel chipmunk beaver otter badger fox wolf bear deer moose elk
  reindeer bison buffalo camel llama alpaca giraffe zebra elephant rhino hippo lion tiger leopard panther cheetah lynx
  monkey gorilla chimpanzee lemur koala kangaroo wombat panda sloth hedgehog mole skunk raccoon weasel ferret seal
  walrus dolphin whale shark stingray eel octopus jellyfish starfish seahorse turtle tortoise frog toad newt salamander
  lizard gecko chameleon iguana snake crocodile alligator bird sparrow robin finch parrot pigeon dove crow raven magpie
  owl eagle hawk falcon vulture swan pelican heron stork flamingo penguin ostrich peacock gull puffin woodpecker
  hummingbird bee wasp hornet ant beetle ladybug butterfly moth caterpillar dragonfly grasshopper cricket mosquito fly
  spider scorpion worm snail feather nest antler hoof paw tail beehive burrow den cobweb cocoon birdhouse birdbath
  flowerpot planter greenhouse compost fertilizer scarecrow trellis fence gate well haystack barn stable kennel
  aquarium fishbowl leash feeder litterbox hutch birdcage
`);

const vehicles = words(`
  car truck van bus minibus coach taxi limousine sedan hatchback convertible wagon pickup ambulance firetruck tractor
  bulldozer excavator motorcycle moped scooter bicycle tricycle tram trolleybus train locomotive carriage subway
  monorail airplane jet helicopter glider seaplane airship rocket shuttle satellite spaceship drone parachute boat ship
  ferry yacht sailboat motorboat speedboat rowboat barge tanker freighter cruiser submarine tugboat hovercraft gondola
  dinghy lifeboat anchor mast sail rudder propeller paddlewheel hull deck cabin porthole lighthouse wheel tire rim
  hubcap bumper fender windshield wiper headlight taillight dashboard speedometer seatbelt pedal brake clutch gearbox
  exhaust muffler carburetor sparkplug handlebar kickstand trailer caravan camper motorhome rickshaw chariot sleigh
  snowmobile snowplow cablecar chairlift elevator escalator bridge tunnel road highway runway platform station harbor
  dock pier airport signpost milestone roundabout crosswalk sidewalk carport wheelchair crutch pram gocart lorry hearse
  steamroller dumptruck towtruck icebreaker
`);

const electronics = words(`
  computer laptop tablet phone smartphone monitor display keyboard touchpad joystick gamepad webcam microphone speaker
  headphone earphone earbud amplifier radio television remote antenna camera camcorder recorder player turntable stereo
  router modem server hub adapter connector powerbank drive disk diskette memory processor motherboard circuit resistor
  capacitor transistor diode sensor detector alarm siren smartwatch stylus e-reader console arcade robot vacuum
  walkie-talkie pager beeper fax loudspeaker subwoofer soundbar tuner oscillator multimeter voltmeter dimmer outlet
  nightlight flashbulb hotplate breadmaker dehumidifier purifier keypad trackball dongle switchboard breaker joypad
  touchscreen transmitter receiver beacon tracker locator navigator dashcam handset shaver trimmer epilator
`);

const toysAndMusic = words(`
  doll teddy puppet toy block brick marble top yo-yo jumprope swing slide seesaw sandpit carousel dollhouse plush
  whirligig spinner playhouse treehouse jack-in-the-box fingerpaint bead piano organ harpsichord accordion harmonica
  guitar ukulele violin viola cello bass harp lute flute clarinet saxophone trumpet trombone horn tuba drum snare
  triangle xylophone marimba gong bell chime bongo synthesizer drumstick fiddle plectrum capo mouthpiece songbook
  record album cassette vinyl playlist concert opera ballet musical orchestra choir band stage spotlight backdrop
  script tutu musicbox
`);

const town = words(`
  house cottage bungalow villa mansion palace castle tower apartment flat studio loft hotel hostel motel inn restaurant
  cafe bakery butcher grocery supermarket market mall shop store boutique kiosk booth stall bank office factory
  warehouse workshop mill mine quarry refinery plant brewery dairy winery hospital clinic pharmacy surgery school
  kindergarten college university library museum gallery theater cinema church temple mosque synagogue chapel cathedral
  monastery cemetery tomb monument park playground zoo circus fairground courthouse prison barracks embassy street
  avenue alley lane corner lamppost hydrant manhole gutter billboard newsstand phonebooth bandstand gazebo pavilion
  shed hut tepee igloo wigwam windmill watermill dam canal reservoir aqueduct silo granary windowpane brickwork archway
  pillar column dome steeple turret drawbridge moat courtyard terrace patio veranda lobby foyer corridor auditorium
  classroom laboratory dormitory cafeteria locker salon spa sauna
`);

const healthAndBeauty = words(`
  bandage gauze cast sling splint pill capsule ointment lotion balm salve drop inhaler nebulizer vitamin supplement
  vaccine lipstick mascara eyeliner blush powder foundation perfume cologne deodorant sunscreen nailpolish nailfile
  hairspray hairgel wig curler straightener bathmat washbag floss mouthwash denture eyeglass walker stretcher massager
  icepack eyedrop tonic herb remedy moisturizer cleanser facecloth
`);

/** Words for whoever stands beside a thing: trades and roles. */
export const occupations = words(`
  teacher doctor nurse dentist surgeon pharmacist lawyer judge clerk cashier baker cook chef waiter barista butler
  cleaner gardener farmer fisherman carpenter plumber electrician mechanic engineer architect builder mason painter
  sculptor tailor cobbler blacksmith jeweler barber hairdresser librarian author poet editor journalist reporter
  photographer actor singer dancer musician composer conductor pilot sailor captain driver courier postman firefighter
  policeman detective guard soldier scientist chemist biologist physicist astronomer geologist historian translator
  interpreter secretary manager accountant banker broker auditor analyst programmer designer tester administrator
  operator technician inspector surveyor veterinarian zookeeper shepherd beekeeper florist grocer shopkeeper salesman
  receptionist trainer referee student pupil professor lecturer tutor principal babysitter nanny neighbor landlord
  tenant customer client guest visitor tourist passenger traveler
`);

const nounThemes = {
  household,
  tools,
  food,
  clothes,
  office,
  sports,
  nature,
  vehicles,
  electronics,
  toysAndMusic,
  town,
  healthAndBeauty,
} as const satisfies Record<string, readonly string[]>;

/** All concrete things of one word. */
export const nouns: readonly string[] = Object.values(nounThemes).flat();

/** Things whose names have two or three words or hyphens. */
export const compoundNouns = phrases(`
  air conditioner, alarm clock, apple pie, baby carriage, baking tray, ballpoint pen, baseball bat, bath towel,
  beach chair, beach umbrella, bedside lamp, bicycle bell, bike helmet, bird feeder, birthday card, board game,
  bottle opener, bow tie, bread knife, bulletin board, bus ticket, business card, butter dish, cable car, cake stand,
  camping stove, can opener, candle holder, car seat, cardboard box, ceiling fan, chain saw, charging cable,
  check-in desk, cheese grater, chess set, chest of drawers, chocolate bar, clothes hanger, coat rack, coffee grinder,
  coffee machine, coffee table, coloring book, cookie jar, cooking pot, cooling rack, cordless drill, corner shelf,
  cup holder, curtain rod, cutting board, deck of cards, desk calendar, desk lamp, diaper bag, dining table,
  do-it-yourself kit, dog bed, dog leash, door handle, drawing board, drum kit, drying rack, dust cover, duty-free bag,
  e-bike, egg timer, electric guitar, extension cord, eye mask, face cream, feather duster, filing cabinet, fire alarm,
  fire engine, fire extinguisher, first-aid kit, fishing rod, fitness band, flash drive, flower pot, folding chair,
  four-wheel cart, frying pan, fruit bowl, garden chair, garden gnome, garden hose, gas cooker, gift box, glass jar,
  glue stick, golf club, grandfather clock, hair dryer, half-moon table, hand cream, hand mixer, hard hat, heating pad,
  high-speed train, hiking boot, hole punch, hot plate, hot-air balloon, hot-water bottle, ice bucket, ice cream scoop,
  ice skate, ink cartridge, ironing board, jewelry box, jigsaw puzzle, jump rope, key ring, kitchen scale,
  kitchen timer, knitting needle, lamp shade, laptop sleeve, laser pointer, laundry basket, lawn mower, leather belt,
  letter opener, life jacket, light bulb, lip balm, lunch box, magazine rack, magnifying glass, mail-order catalog,
  map of the world, measuring cup, memory card, milk frother, mobile phone, mountain bike, mouse pad, mouth organ,
  moving box, music box, music stand, nail file, newspaper stand, night light, noise filter, office chair, oil can,
  oven mitt, packing tape, paint roller, pair of pliers, paper plane, parking meter, party hat, pencil case,
  pencil sharpener, pepper mill, phone case, phone holder, photo album, picnic basket, picture book, picture frame,
  pillow case, ping-pong table, pocket knife, post office, power bank, power drill, power strip, push-up bar,
  rain barrel, rain boot, rain jacket, raised bed, reading lamp, record player, remote control, rocking chair,
  rolling pin, rope ladder, rubber duck, running shoe, safety pin, salad bowl, salt shaker, screen protector,
  sewing kit, sewing machine, shoe rack, shopping bag, shopping cart, shower curtain, side table, ski jacket,
  sleeping bag, sleeping mat, smoke detector, snow globe, snow shovel, soap dish, soccer ball, soldering iron,
  solar panel, soup bowl, space heater, spice rack, spirit level, spray bottle, standing desk, step stool, storage box,
  string of lights, study guide, sugar bowl, sun hat, swim ring, swimming pool, swivel chair, table lamp, tape measure,
  tea towel, teddy bear, tennis ball, tennis racket, ten-speed bike, toilet brush, tool belt, tool box, touch screen,
  towel rail, toy car, traffic light, train set, trash can, travel mug, travel pillow, tug-of-war rope, TV stand,
  USB cable, utility knife, vacuum cleaner, vending machine, video camera, wall clock, wall hook, washing machine,
  water bottle, water filter, water pistol, watering can, weather station, well-worn boot, wind chime, window box,
  wine glass, wine rack, wing chair, winter coat, wood stove, wool blanket, work glove, wrapping paper, wrist watch,
  writing desk, x-ray machine, yoga block, yoga mat
`);
