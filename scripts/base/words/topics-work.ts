import { words } from "./words.ts";

/** Business: money, orders, software, trades. */
export const workTopics = {
  money: words(`
    money cash coin banknote cent dollar euro pound wallet purse savings spend saved budget afford expensive cheap rich
    poor debt owe lend borrow loan income wage salary tip allowance change piggybank fortune wealth pay paid price cost
    worth value earn fee tax pension thrifty bargain purchase invest jackpot banknotes
  `),
  banking: words(`
    bank account branch teller deposit withdraw withdrawal balance statement transfer overdraft interest loan mortgage
    credit debit card cheque iban vault cash machine pin standing order direct savings rate banker lender borrower
    exchange currency clearing transaction fraud signature banknote payee lend fee bankrupt
  `),
  payments: words(`
    payment pay paid charge charged card credit invoice receipt bill billing amount due overdue fee installment
    installments subscription renewal autopay checkout declined wire transfer bank balance statement twice duplicate
    refund discount coupon voucher tax vat currency total sum deposit prepaid upfront reminder remittance payee pending
    cashier
  `),
  invoices: words(`
    invoice bill number date due tax vat total subtotal net gross item line customer supplier terms payable paid unpaid
    overdue reminder credit note copy pdf address purchase order reference quantity unit price rounding discount
    accounting bookkeeper issue resend remit bookkeeping prepaid sum receipt
  `),
  pricing: words(`
    price cost rate tariff quote offer estimate plan tier monthly yearly discount sale cheaper expensive increase raise
    bulk wholesale retail margin fee surcharge free trial upgrade package bundle bargain deal comparison list per unit
    seat negotiate cents markup affordable premium costs quotation
  `),
  taxes: words(`
    tax taxes return income deduction deductible allowance refund assessment authority form declaration deadline filing
    filed vat levy duty bracket exemption exempt audit auditor accountant payroll withholding property inheritance
    capital gains evasion receipt penalty inspector fiscal rate owed treasury revenue taxpayer quarterly
  `),
  insurance: words(`
    insurance policy premium claim insured insurer coverage cover deductible accident damage liability theft fire flood
    life health travel household broker adjuster compensation settlement payout risk beneficiary renewal terminate
    contract underwriting exclusion clause insure damages storm collision uninsured agent injury payable hail
  `),
  investing: words(`
    stock share bond fund dividend portfolio market investor investment broker index yield return risk profit loss trade
    trader trading exchange equity asset buy sell hold bull bear crash rally interest capital growth earnings hedge
    option pension shareholder speculation bank treasury gains currency
  `),
  post: words(`
    post letter envelope stamp postcard mail mailbox postman mailman postage parcel package address sender recipient zip
    registered airmail courier delivery deliver sorting office counter queue weight label forward redirect postmark
    telegram greeting correspondence envelopes bundle mailing postal unstamped carrier wax mailroom
  `),
  delivery: words(`
    delivery deliver delivered parcel package shipment shipping ship shipped courier driver van truck tracking track
    arrive arrived arrival late delay delayed lost missing address doorstep neighbor porch depot warehouse carrier
    transit customs dispatch dispatched express standard overnight pickup signature label route freight
  `),
  returns: words(`
    return returned returning refund refunded exchange exchanged replacement replace send back wrong size color fit
    unwanted unopened original packaging label slip window days policy restocking condition damaged defective faulty
    unused receipt credit reimbursement swap warranty refunds returnable collect credited mismatch shrunk unsuitable
  `),
  orders: words(`
    order ordered ordering reorder basket cart checkout purchase bought buy item quantity stock backorder confirm
    confirmation cancel canceled change amend number reference status pending processing complete customer shop store
    bulk sample catalog delivery urgent dozen preorder purchaser shipment cashier wishlist invoice
  `),
  warranty: words(`
    warranty guarantee guaranteed repair repaired replace replacement defect defective faulty broken coverage cover
    expired expire serial number proof purchase receipt manufacturer service center claim free charge years months
    period terms void seal technician spare malfunction covered inspection workmanship refurbish authorized mend
    registration
  `),
  account: words(`
    account login log sign password username email profile user register registration registered verify verification
    code reset locked unlock forgot forgotten access settings change delete deactivate close merge duplicate two-factor
    session security question avatar name member membership permission owner admin invite
  `),
  security: words(`
    security password breach hack hacked hacker attack phishing spam scam fraud virus malware ransomware leak stolen
    theft suspicious login unknown device encryption encrypted key certificate vulnerability patch privacy lock alarm
    guard camera burglar safe threat alert protect intruder antivirus surveillance
  `),
  privacy: words(`
    privacy data personal consent cookie cookies tracking delete erase anonymous policy collect stored storage share
    third party opt unsubscribe request record disclose confidential sensitive profile location encryption regulation
    officer compliance retention export rights permission anonymize forget identity private reveal identifiable
    surveillance withdraw
  `),
  technical: words(`
    error crash crashes crashed bug freeze freezes frozen slow loading load page blank screen button click broken
    browser app update install version server timeout connection offline upload download file log message code reload
    restart fails failed failure glitch issue responding unresponsive lag
  `),
  software: words(`
    software program code bug feature release version update compiler library function variable loop class module test
    debug deploy commit branch merge repository developer programmer script interface api database query algorithm
    syntax refactor runtime framework package dependency documentation open source license patch
  `),
  hardware: words(`
    hardware computer laptop processor memory disk drive graphics motherboard fan cable port usb monitor keyboard mouse
    printer scanner router battery charger screen speaker microphone webcam chip circuit cooling power supply socket
    adapter overheating noise slot upgrade install device peripheral transistor wire
  `),
  network: words(`
    network wifi wireless internet router modem signal connection connect disconnected cable ethernet bandwidth speed
    slow latency ping packet address domain dns proxy vpn port switch hub outage offline online roaming coverage antenna
    hotspot provider broadband fiber traffic lan subnet node
  `),
  database: words(`
    database table row column query index key primary foreign join select insert update delete schema record backup
    restore replica transaction lock storage field null constraint migration import export dump server cluster shard
    cache report view trigger relational normalize cursor rows
  `),
  websites: words(`
    website page link url homepage menu header footer banner image layout design font color browser visitor click scroll
    form search domain hosting server blog post comment login responsive mobile template theme broken redirect
    navigation button traffic analytics content bookmark sitemap cursor
  `),
  mobile: words(`
    phone smartphone mobile app call text message ringing screen touch swipe tap battery charger sim contract prepaid
    roaming signal coverage notification vibrate camera selfie storage update download store install tablet headset case
    cracked lock contacts voice dial ringer handset dialing
  `),
  data: words(`
    data table chart graph figure column row average mean median sum percent percentage statistics sample survey trend
    dashboard report export import csv spreadsheet analysis analyst outlier correlation dataset measure metric record
    filter sort clean missing plot number variance scatter summary
  `),
  robots: words(`
    robot arm sensor motor machine automation automatic program controller camera wheel gripper factory conveyor
    assembly android drone artificial intelligence autonomous navigate battery servo joint actuator remote vacuum
    humanoid weld mechanical circuit learning circuitry gear sensors mechanic humanoids prototype firmware cyborg
    pneumatic
  `),
  feedback: words(`
    feedback opinion suggestion suggest idea like liked love loved enjoy dislike hate great wonderful awful terrible
    disappointed satisfied happy unhappy praise compliment complaint review rating stars recommend improve improvement
    wish thanks thank appreciate better worse experience survey honest comment thoughts remark
  `),
  complaints: words(`
    complaint complain unacceptable rude angry annoyed furious disappointed terrible awful worst poor bad broken late
    waiting ignored unanswered promise promised never again manager refund compensation apology sorry mistake wrong
    misleading false dirty noisy cold unfriendly dissatisfied useless unfair dreadful refuse
  `),
  praise: words(`
    praise thank thanks grateful wonderful excellent superb fantastic brilliant amazing outstanding delighted pleased
    happy perfect helpful friendly kind fast polite smile recommend love loved best great impressed compliment kudos
    bravo thumbs delightful exceeded flawless charming magnificent terrific congratulations thankful superbly
  `),
  jobs: words(`
    job work career vacancy position apply applied application applicant resume interview hire hired hiring recruiter
    employer employee salary wage contract notice resign fired retire retirement promotion boss manager colleague office
    shift overtime internship apprentice skill experience reference qualification unemployed freelancer layoff candidate
  `),
  meetings: words(`
    meeting agenda minutes schedule calendar invite invitation attend attendee room conference call video discuss
    discussion decision action item follow-up presentation slides notes chair participant remote reschedule postpone
    cancel tomorrow vote present late join boardroom moderator consensus protocol attendance brainstorm quorum
  `),
  marketing: words(`
    marketing campaign advertising advertisement ad brand slogan logo customer audience target banner billboard leaflet
    newsletter flyer discount promotion launch social media influencer click conversion lead survey market research
    sponsor budget poster viral reach awareness viewers catchy flyers branding publicist trade
  `),
  sales: words(`
    sales sell sold seller buyer customer client deal contract offer quote discount pitch lead prospect target quota
    commission revenue profit margin negotiate closing demo order invoice retail wholesale store market showroom catalog
    representative growth quarter upsell bargain reseller salesman customers
  `),
  office: words(`
    office desk chair printer paper stapler folder colleague boss meeting coffee keyboard screen phone fax copier
    calendar deadline report memo file cabinet lamp badge cubicle floor elevator reception receptionist lunch break
    email supplies pen envelope secretary whiteboard paperclip clerk workstation
  `),
  manufacturing: words(`
    factory production assembly line machine worker plant shift output quality part component tool mold steel plastic
    weld press robot conveyor inspection defect scrap batch material supplier stock maintenance downtime safety engineer
    capacity foreman packaging inventory assemble mill furnace manufacture lathe
  `),
  logistics: words(`
    logistics freight cargo container pallet warehouse forklift truck lorry ship port dock customs carrier loading
    unloading route fleet driver stock storage inventory dispatch export import tariff manifest transit distribution hub
    supply chain crate haul trailer parcel shipper loader tonnage consignment courier
  `),
  construction: words(`
    construction build building builder brick concrete cement crane scaffold foundation wall roof beam steel plumber
    electrician architect blueprint site excavator bulldozer drill hammer plaster insulation permit demolition renovate
    renovation foreman tile floor pipe helmet builders girder gravel plumbing drywall masonry carpenter
  `),
  law: words(`
    law lawyer attorney judge court trial jury verdict guilty innocent crime criminal sentence prison lawsuit sue
    plaintiff defendant witness evidence testimony contract clause legal illegal appeal appellate statute rule
    regulation rights notary will testament custody settlement hearing prosecutor barrister felony bail
  `),
  politics: words(`
    politics government president minister parliament senate congress party election vote voter ballot campaign
    candidate mayor council law bill reform policy tax debate opposition coalition majority democracy republic
    constitution citizen embassy diplomat treaty protest referendum governor citizens speech ministry mandate parties
  `),
  police: words(`
    police officer arrest thief theft robbery burglar burglary stolen crime suspect witness patrol siren handcuffs
    detective investigation evidence fingerprint station prison fine speeding emergency report missing guard victim
    fraud vandalism uniform badge chase sergeant custody pursuit inspector culprit alibi patrolman
  `),
  science: words(`
    science scientist experiment laboratory theory hypothesis research microscope molecule atom electron cell gene
    energy gravity chemistry physics biology formula result measurement sample test discovery evidence journal professor
    telescope particle reaction element temperature observe catalyst physicist chemist biologist botany isotope enzyme
    vaccine mineral
  `),
  energy: words(`
    energy power electricity solar wind turbine panel battery grid plant coal gas oil nuclear meter kilowatt bill
    heating insulation fuel generator charge voltage current renewable hydro dam outage blackout efficiency consumption
    boiler pump tariff watt volt reactor thermostat windmill sustainable
  `),
  events: words(`
    event party wedding birthday concert festival ticket guest invitation invite host venue stage speaker program
    catering buffet music dance decoration balloon ceremony anniversary celebrate celebration reservation date
    conference booth crowd entrance wristband toast gift gala balloons attendee keynote organizer fireworks
  `),
} as const satisfies Record<string, readonly string[]>;
