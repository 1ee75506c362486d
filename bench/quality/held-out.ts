/**
 * Words that nobody may show to a model before the bench asks about them: they stand neither in the examples'
 * data nor in what the base is trained on (`bench:quality` looks, and refuses to measure otherwise). All of them
 * are rare, so that the base's word list loses nothing by doing without.
 */

const list = (text: string): readonly string[] => text.trim().split(/\s+/);

/** A line is the held-out word, then the products that it names: two or three words each. */
const productLines = `
theremin: pocket theremin, theremin travel case
abacus: walnut abacus, desktop abacus frame
trivet: copper trivet, folding trivet rack
sousaphone: fiberglass sousaphone, sousaphone wall mount
didgeridoo: painted didgeridoo, didgeridoo carry bag
kalimba: seventeen-key kalimba, kalimba tuning hammer
bodhran: tunable bodhran, bodhran practice pad
zither: tabletop zither, zither string kit
dulcimer: lap dulcimer, dulcimer floor stand
glockenspiel: student glockenspiel, glockenspiel mallet pair
bassoon: maple bassoon, bassoon seat strap
ocarina: ceramic ocarina, ocarina neck cord
kazoo: brass kazoo, kazoo party pack
bagpipe: beginner bagpipe, bagpipe drone reed
concertina: portable concertina, concertina thumb strap
samovar: electric samovar, samovar tea tray
tagine: clay tagine, tagine heat diffuser
mandoline: adjustable mandoline, mandoline finger guard
mezzaluna: double-blade mezzaluna, mezzaluna chopping bowl
ramekin: white ramekin, ramekin baking rack
cloche: glass cloche, frost cloche
salver: silver salver, engraved salver
decanter: crystal decanter, decanter drying stand
cruet: twin cruet, oil cruet
tureen: covered tureen, tureen ladle
spurtle: cherry spurtle, spurtle gift box
molcajete: volcanic molcajete, molcajete salsa brush
donabe: glazed donabe, donabe steamer lid
kotatsu: heated kotatsu, kotatsu floor quilt
credenza: modern credenza, credenza cable box
chiffonier: tall chiffonier, chiffonier drawer liner
armoire: mirrored armoire, jewelry armoire
chaise: tufted chaise, patio chaise
davenport: leather davenport, davenport slipcover
settee: rattan settee, settee cushion
hassock: round hassock, storage hassock
valance: pleated valance, valance rod
doily: crochet doily, paper doily
tatami: rolled tatami, tatami bed frame
zafu: buckwheat zafu, zafu washable cover
cummerbund: satin cummerbund, cummerbund and tie
cravat: paisley cravat, cravat pin
fez: red fez, fez hat box
balaclava: merino balaclava, windproof balaclava
snood: fleece snood, reflective snood
dirndl: embroidered dirndl, dirndl apron
sporran: tweed sporran, sporran chain
espadrille: canvas espadrille, wedge espadrille
galosh: rubber galosh, ankle galosh
huarache: woven huarache, huarache sandal
lorgnette: opera lorgnette, folding lorgnette
monocle: gilt monocle, monocle pouch
sextant: marine sextant, sextant storage case
astrolabe: replica astrolabe, astrolabe wall dial
gyroscope: spinning gyroscope, desk gyroscope
oscilloscope: handheld oscilloscope, oscilloscope probe
hygrometer: greenhouse hygrometer, cigar hygrometer
anemometer: wind anemometer, rooftop anemometer
theodolite: vintage theodolite, theodolite tripod
clinometer: forestry clinometer, clinometer field pouch
pedometer: clip-on pedometer, pedometer wrist band
metronome: wind-up metronome, metronome earbud
stroboscope: stage stroboscope, stroboscope remote
kaleidoscope: mirrored kaleidoscope, kaleidoscope craft kit
zoetrope: spinning zoetrope, zoetrope picture strip
stereoscope: antique stereoscope, stereoscope card box
centrifuge: benchtop centrifuge, honey centrifuge
pipette: precision pipette, pipette tip rack
crucible: graphite crucible, crucible tongs
alembic: copper alembic, alembic burner
distaff: carved distaff, distaff wool ribbon
bobbin: plastic bobbin, bobbin winder
tambour: quilting tambour, tambour hook
adze: carpenter adze, gutter adze
froe: splitting froe, froe mallet
spokeshave: curved spokeshave, spokeshave blade
gimlet: hand gimlet, gimlet bit roll
mattock: trail mattock, mattock handle
dibber: steel dibber, bulb dibber
billhook: hedging billhook, billhook sheath
scythe: lightweight scythe, scythe sharpening stone
trug: wooden trug, harvest trug
espalier: wire espalier, espalier tree kit
terrarium: hanging terrarium, terrarium moss pack
vivarium: reptile vivarium, vivarium heat mat
wormery: stacking wormery, wormery bedding block
weathervane: rooster weathervane, weathervane roof bracket
sundial: slate sundial, sundial pedestal
boomerang: returning boomerang, foam boomerang
shuttlecock: feather shuttlecock, shuttlecock tube
pickleball: outdoor pickleball, pickleball paddle
unicycle: street unicycle, unicycle saddle
toboggan: family toboggan, toboggan pull cord
luge: street luge, luge gloves
crampon: alpine crampon, crampon bag
carabiner: locking carabiner, carabiner key ring
bivouac: breathable bivouac, bivouac ground sheet
yurt: backyard yurt, yurt roof cover
catamaran: inflatable catamaran, model catamaran
coracle: willow coracle, coracle oar
windlass: anchor windlass, windlass foot switch
marlinspike: sailor marlinspike, marlinspike lanyard
cribbage: travel cribbage, cribbage peg board
backgammon: magnetic backgammon, backgammon dice cup
mahjong: bamboo mahjong, mahjong tile case
dreidel: enamel dreidel, dreidel coin bag
marionette: pirate marionette, marionette hanger
pinata: unicorn pinata, pinata stick
diorama: dinosaur diorama, diorama display box
origami: washi origami, origami paper pack
papyrus: blank papyrus, papyrus scroll
inkwell: pewter inkwell, travel inkwell
rotisserie: countertop rotisserie, rotisserie spit fork
raclette: tabletop raclette, raclette cheese pan
fondue: chocolate fondue, fondue fork
spaetzle: stainless spaetzle, spaetzle press
gnocchi: beechwood gnocchi, gnocchi board
churro: manual churro, churro maker
takoyaki: nonstick takoyaki, takoyaki pick
matcha: ceremonial matcha, matcha whisk
kombucha: starter kombucha, kombucha brewing jar
kefir: glass kefir, kefir strainer
kimchi: vacuum kimchi, kimchi crock
paella: enameled paella, paella burner
pierogi: folding pierogi, pierogi mold
falafel: brass falafel, falafel scoop
tortellini: ridged tortellini, tortellini stamp
pizzelle: electric pizzelle, pizzelle iron
madeleine: silicone madeleine, madeleine pan
brulee: butane brulee, brulee torch
periscope: cardboard periscope, periscope mirror kit
telegraph: hobby telegraph, telegraph code key
gramophone: horn gramophone, gramophone needle tin
harmonium: folding harmonium, harmonium bellows
vuvuzela: stadium vuvuzela, vuvuzela ear plugs
maraca: gourd maraca, maraca stand
tambourine: jingle tambourine, tambourine foot pedal
castanet: rosewood castanet, castanet cord
cowbell: mounted cowbell, cowbell clamp
bouzouki: octave bouzouki, bouzouki hard case
mandolin: bluegrass mandolin, mandolin strap
autoharp: chorded autoharp, autoharp pick
sitar: student sitar, sitar bridge
tabla: tuned tabla, tabla cushion ring
djembe: carved djembe, djembe backpack
lyre: seven-string lyre, lyre tuning wrench
cornet: silver cornet, cornet mouthpiece
pantograph: drafting pantograph, engraving pantograph
bandolier: leather bandolier, tool bandolier
chatelaine: sewing chatelaine, chatelaine clip
gaiter: snow gaiter, trail gaiter
`;

/** A product that no training example and no list names. */
export interface HeldOutProduct {
  readonly name: string;
  /** The word of the name that is held out; the others may be common. */
  readonly word: string;
}

/** At least 300 products around at least 150 held-out words. */
export const heldOutProducts: readonly HeldOutProduct[] = productLines
  .trim()
  .split("\n")
  .flatMap((line) => {
    const [word = "", names = ""] = line.split(": ");
    return names.split(", ").map((name) => ({ name, word }));
  });

export const heldOutProductWords: readonly string[] = [...new Set(heldOutProducts.map(({ word }) => word))];

export const heldOutFirstNames: readonly string[] = list(`
  Ximena Thandiwe Saoirse Zbigniew Oluwaseun Anneliese Bronwyn Caoimhe Dagfinn Eirlys Fenella Ghislaine Hjalmar
  Ingeborg Jacinta Kwabena Leocadia Mirjam Nkechi Ottoline Perpetua Quentin Rosalind Siobhan Tatsuya Ulrika Valdemar
  Wilhelmina Xiomara Yevgenia Zuleika Aoife Balthazar Cressida Desdemona Evander Fiorella Gwendolyn Hironori Isolde
  Jorunn Katarzyna Lysander Magnhild Nurgul Ozgur Philippa Radoslav Sunniva Tamsin Ugochi Vasilisa Waldemar Yolanda
  Zoltan Ambrose Birgitta Cornelius Drusilla Ephraim Florentina Gottfried Hyacinth Ignatius Jaroslav Klementyna
`);

export const heldOutLastNames: readonly string[] = list(`
  Okonkwo Abernathy Brzezinski Castellanos Drinkwater Eisenhardt Featherstone Gudmundsson Hollingsworth Iwabuchi
  Jankowski Kristoffersen Lachapelle Mkhabela Nakagawara Oyelaran Papadakis Quackenbush Ruzicka Stravinskas Thistlewood
  Umarov Vandersloot Wojciechowski Xanthopoulos Yamaguchi Zielonka Adeyemi Bhattacharya Czerniak Dlamini Echeverria
  Fitzwilliam Grigoryan Haraldsdottir Ibarguren Jimoh Kowalczyk Lindqvist Montalbano Nwachukwu Ostrowska Pettibone
  Quisenberry Rautavaara Szymanski Tsakiris Uzelac Villanueva Wickremasinghe Yilmazer Zubizarreta Applegarth Boonstra
  Cholmondeley Delacroix Ellingboe Fairweather Gwozdz Heikkinen Inglethorpe Jablonski Kjellberg Lovelace
`);

/** One word each. */
export const heldOutCities: readonly string[] = list(`
  Tromso Ljubljana Ouagadougou Reykjavik Antananarivo Bydgoszcz Cuenca Dunedin Esbjerg Fukuoka Gdansk Hobart Inverness
  Jyvaskyla Klaipeda Lusaka Maastricht Ndjamena Odense Paramaribo Quetzaltenango Rovaniemi Szeged Tashkent Uppsala
  Valparaiso Windhoek Xalapa Yaounde Zaragoza Aberystwyth Bratislava Chiclayo Debrecen Eindhoven Freetown Galway
  Haarlem Iquitos Jaffna Kathmandu Lausanne Montpellier Novosibirsk Oaxaca Plovdiv Rosario Salzburg Timisoara Ushuaia
  Vientiane Wroclaw Yekaterinburg Zagreb Arequipa Bergamo Coimbra Durban Erfurt Funchal Groningen Trondheim
`);

/** Plural things that somebody orders; one word each. */
export const heldOutItems: readonly string[] = list(`
  abaci anvils awls banjos barometers bassinets bellows berets bidets bolsters bonnets bowties bugles 
  caltrops calipers carafes casters censers chamois chinos chisels cisterns clogs colanders corks cornices
  corsages crowbars cymbals doorknobs doorstops dowels epaulets eyelets fedoras ferrules flagons flugelhorns gaskets
  gavels goblets grommets gurneys halyards handcarts holsters jodhpurs jerkins kilts kimonos ladles lanyards
  lecterns loofahs lozenges luffas mannequins medallions megaphones moccasins mortars muzzles 
  oboes paperweights parasols pennants percolators pestles piccolos pincushions pinwheels plinths pontoons
  quivers rapiers ratchets rivets scabbards sconces shims siphons skewers snorkels spatulas spigots sporks stirrups
   tiaras thimbles tinctures tourniquets trowels turnstiles valises visors washboards
  winches yardsticks yokes 
`);

/** Parts of a program that release notes speak of; one word each. */
export const heldOutFeatures: readonly string[] = list(`
  heatmap geofence sparkline gantt kanban lightbox breadcrumb webhook minimap linter typeahead datepicker eyedropper
  lasso vignette histogram scatterplot treemap choropleth sankey swimlane stopwatch teleprompter 
  transcoder equalizer arpeggiator vocoder reverb vectorizer dithering watermark hologram 
  leaderboard soundboard storyboard moodboard corkboard chessboard ledger payslip timesheet mileage itinerary passkey
  captcha keychain paywall firewall honeypot sandbox scheduler crontab daemon mutex semaphore hypervisor namespace
  changeset tokenizer lemmatizer thesaurus crossword sudoku solitaire magnifier
  screensaver wallpaper ringtone voicemail jukebox karaoke metadata sidecar telemetry canary rollback
  throttling backoff prefetch memoization pagination permalink slug favicon emoji doodle flipbook
  hyperlapse timelapse panorama fisheye bokeh letterbox subtitle
`);

/** A word as it is searched for: in lower case, in the singular and the plural. */
export function formsOf(word: string): readonly string[] {
  const small = word.toLowerCase();
  return [small, `${small}s`, `${small}es`];
}

const heldOutForms: ReadonlySet<string> = new Set(
  [heldOutProductWords, heldOutFirstNames, heldOutLastNames, heldOutCities, heldOutItems, heldOutFeatures].flatMap(
    (words) => words.flatMap(formsOf),
  ),
);

/** For makers of invented words, which hit on a held-out one by chance now and then. */
export const isHeldOut = (word: string): boolean => heldOutForms.has(word.toLowerCase());
