/**
 * Support tickets written for the bench, by the descriptions of the six desks in pipelines/triage.yaml and not by
 * its data: other situations, other sentences, other voices. One a line.
 */
const lines = (text: string): readonly string[] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim());

export const ticketsByLabel: Readonly<Record<string, readonly string[]>> = {
  account: lines(`
    It keeps telling me that this username is taken, but it is me who took it in 2019.
    Hi! New phone, old authenticator gone. How do I get past the six-digit code?
    My surname changed after the wedding, where do I edit it?
    Somebody in Brazil signed in as me last night. Lock everything, please.
    Is there a way for my wife to use my membership with her own login?
    I never got the confirmation link after registering.
    An intern left on Monday. Kindly remove her from our team's users.
    the login page says my credentials are wrong. they are not wrong. i typed them three times
    Can a profile have two email addresses attached to it?
    I typed my birth date wrong when signing up and now I cannot change it.
    Please erase all personal data you hold about me under the privacy law.
    What is the minimum length of a password here?
    My old employer's address is my user name, and I have no access to that inbox any longer.
    Five wrong attempts and it locked me out for a day. Could you unlock me sooner?
    I would like to switch from signing in with Google to an ordinary password.
    Who in our firm has the rights to approve orders? I cannot find the list of roles.
    Good evening, how can I close my membership for good?
    My account was suspended and no reason was given.
    We merged with another company and need our two organizations under one roof.
    A computer in the library may still be logged in with my name. Can I end that from here?
    The security question asks for my first pet, and I honestly do not remember what I wrote.
    My phone fell into a lake, and it was the only way to confirm that I am me when signing in.
    I made an account as a guest by accident. Can it become a real one?
    Our bookkeeper should see the orders but not be able to place any.
    Your reset link says it has expired the moment I open it.
    I want a different nickname to appear next to my comments.
    Can I hand my account over to my sister when I move abroad?
    Someone else's name greets me when I log in!
    How often must staff members renew their passwords?
    My mother passed away in May. What do you need from me to close her profile?
    I was logged out everywhere and now my email is unknown to you.
    Which of my colleagues is the owner of our workspace?
    Can you tell me when I first joined?
    I would like to use a passkey rather than a password.
    Please add carol@northmill.example as a manager for our group.
    It asks me to verify my identity with a passport. Is that really necessary to log in?
    Why do I have to sign in again every single morning?
    I opened a second account for work. Will the points of my first one move over?
    My telephone number is out of date in your files, the new one ends in 88.
    An invitation to join the team was sent to my spam folder and has run out.
    How do I get my username back? I only remember the password.
    May two people share one login, or is that against your rules?
    I keep receiving codes to sign in that I never asked for. Is somebody trying to get in?
    Someone picked Finnish when they registered me. How can I make it English?
    The profile picture of my account shows a stranger. I want to put in my own.
    I am the new treasurer of our club. The login still belongs to the old one, who has moved away.
    Is it possible to restore a profile that I deleted last week?
    Kids should not be able to order anything from my login. How do I limit that?
    You ask for a pin that I have never set.
    Please downgrade Tom from administrator to normal user.
    My login works at home, but at the office it says I am not authorized.
    What have you got stored on me as a member? Please mail me a file.
  `),
  billing: lines(`
    My bank statement lists 49.90 from you, yet my order came to 39.90.
    Do you take American Express?
    The voucher from the newsletter was not deducted at the end.
    Please send a proper VAT invoice, the accountants will not accept the receipt.
    You took the yearly fee although I had cancelled in March.
    I want to pay by bank transfer. What is your account number?
    Which is cheaper for two users, the basic plan or the family plan?
    My bank has sent me a fresh card with another number. Where does it go?
    The bill has a line named service, 4 euros. Nobody told me about that.
    Two payments went through within a minute of each other for a single basket.
    Can we be billed every quarter and not each month?
    How long is the free trial, and does it turn into a paid plan by itself?
    My student discount has vanished from the total.
    we are a charity, is there a lower price for us
    The purchase order number is missing on our last three invoices.
    Could I pay for the washing machine in installments?
    You debited my account on the third, although the due date is the fifteenth.
    I need the amount on the bill split over two cards.
    The gift card has 20 dollars left, but it was declined.
    Why was I asked for sales tax when we are exempt?
    The bill is in the name of our old company. Please issue it again with the new one.
    What happens if I miss a payment?
    I got a reminder for an invoice that I settled ten days ago.
    Please move us down to the small plan from next month on.
    The price at checkout was higher than the one on the shelf page.
    Is PayPal possible for orders from Norway?
    Why do I see two pending authorizations from you on my credit card?
    Do prices include tax?
    Please stop the subscription, I do not wish to be charged again.
    I never agreed to the premium plan, and yet it has cost me 12 euros since July.
    Could you send me receipts for January through June? My tax adviser needs them.
    A promo code for ten percent off was promised when I subscribed. It has not come.
    My payment failed, but the money is gone from my bank.
    Will I get some money back for the unused half of my yearly plan?
    Is there an extra cost for paying in dollars with a European card?
    Our finance department asks for your bank details and tax number.
    I was billed for four seats, though there are only three of us.
    Where can I find my last bill?
    What does the pro plan cost after the first year?
    My direct debit was rejected. Can you try it again on Friday?
    The currency on my invoice is wrong: pounds instead of euros.
    How do I redeem the coupon that my grandmother gave me?
    Please put our street and not the post box on the next bill.
    The total does not add up: the items come to 80, and I paid 96.
    Do you offer a discount for ordering fifty pieces?
    Can I get a quote before I pay?
    I have a credit of 15 dollars with you, why was it not used this month?
    Please remove my credit card number from your files and let me pay by invoice.
    It says my card was refused, yet it works in every other shop.
    A price went down the day after I paid. Do you match it?
    Please explain the late fee on my statement.
    What date does my plan renew, and how much will it be?
  `),
  shipping: lines(`
    Any idea when my lamp gets here?
    The driver left the box in the rain in front of the wrong house.
    We live across town now. Could somebody bring the parcel there and not to the old flat?
    Do you deliver to islands?
    Nothing has moved in the tracking since it reached Cologne on the ninth.
    The bed came without its slats. When will the second carton arrive?
    I need it before Saturday, it is a birthday present. Is express still possible?
    The courier claims that nobody was home. I sat next to the door all day!
    Please leave it with the bakery next door if I am out.
    Who drives the big wardrobes out to the villages, your own trucks?
    It has been stuck at customs for a week. Do I have to do something?
    Can I collect the order from your warehouse myself?
    My order was dispatched on the first, and today is the twentieth.
    How much is postage to Canada?
    The package was signed for by somebody called Lou. I know no Lou.
    We fly to Spain tomorrow. Let the boxes rest with you until the 14th.
    i typed the wrong zip code, can you still fix it before it goes out
    Could the van come after six in the evening?
    Do you ship on Sundays?
    The link to follow my parcel leads to a page without any information.
    The post brought me somebody else's parcel. Where is mine?
    When will the bookshelf that I ordered in spring finally be sent?
    The gate to our yard is narrow. Tell the driver to use the back road.
    What do you ask for carrying a piano up some stairs when you bring it?
    Half of my groceries are missing from the crate that was brought this morning.
    Can several orders travel in one box to save postage?
    The estimated arrival keeps moving to the next day, for a week now.
    My parcel has been sent back to your depot because the label was torn. Please send it out once more.
    What does "in transit" mean? It has said so since Monday.
    Please deliver to the parcel locker at the station rather than to my door.
    Was my order handed to the carrier yet?
    Tracking number 8841 is not known to the post office.
    I ordered for my mother. Can you put her name on the package?
    The neighbors took it in, and now they are away for two weeks. Can you ask the driver which neighbors?
    Does somebody have to be there to accept the mattress?
    How early do I have to order to have everything before Christmas Eve?
    The messenger rang once and drove off with my parcel.
    Our office closes at four. Your courier always comes at five.
    I got a text saying that the delivery had failed. What happens now?
    Will you ship to a military address?
    The carton was open and empty when the mailman brought it.
    Could I pick a certain day for the arrival of the fridge?
    Your site promised two days, and it has been six.
    Where on earth is my package?
    My order is going to Springfield in the wrong state!
    Can I have the goods sent to a shop near me?
    The freight company wants to know the size of the pallets. Could you tell them?
    The map shows the truck circling around my block for an hour.
    Please do not leave anything on the stairs, things get stolen here.
    Has the ferry strike anything to do with my late parcel?
    One of the pots that I ordered was not in the box, will it come separately?
    I chose overnight and it came by snail mail.
  `),
  returns: lines(`
    These trousers are two sizes too big, can I swap them?
    This is not for me. What are the steps to send it back?
    The vase came in a hundred pieces. I would like another one.
    The coat is not my style after all. What now?
    Is the postage mine to bear if I do not keep it?
    Six weeks ago I mailed the headphones back to you, and I am still waiting for my money.
    The blue is not the blue in the picture, so I will not keep the curtains.
    May I bring the shoes to your shop instead of mailing them?
    I lost the slip that has to go into the box with the goods.
    Is it all right to send it without the original carton?
    I was given the same book twice for my birthday. Could I exchange one of them?
    A different model was in the box than the one I had chosen. Please take it away and bring the right one.
    Until when must I decide whether the bicycle stays with me?
    You credited only half of what I paid for the boots that I gave back.
    the toaster died after three days, i want a new one
    I need a label for mailing the jacket to you.
    Can worn socks go back? They lost their color in the first wash.
    My replacement has the same crack as the first one did. I would rather have my money.
    Got the wrong size. Need a medium, not an extra large.
    The sofa is too wide for our door. How can we give it back?
    Did the lamp that I posted to you on Friday get there? I would like to know that my refund is on its way.
    A button was missing when I unpacked the shirt. Do you swap shirts like that?
    Can I return part of an order and keep the rest?
    Is there a restocking fee?
    Please cancel my return, we have decided to keep the table after all.
    I bought it as a present, and she already has one. Could she trade it in?
    The seal is broken because I had to look at the color. Will you still take it back?
    My warranty runs until May, and the mixer has stopped. Where do I send it?
    Can I get store credit rather than cash for the dress that did not fit?
    I live abroad. Which address should my return go to?
    You sent left shoes only. Please exchange one of them for a right one.
    When are you going to collect the broken wardrobe?
    I no longer need the second pair and have not opened it.
    The refund went to a card that I no longer own.
    Are sale items excluded from returns?
    The chair wobbles, and I would like to have it replaced.
    It smells odd, I don't want it, please give me my money back.
    Your courier never came to fetch the box with the unwanted monitor.
    How do I print the form for sending goods back when I have no printer?
    What condition must the dress be in for a full refund?
    My daughter is allergic to the wool. Can the blanket go back though it has been washed?
    I would like to exchange the green mug for a red one.
    I dropped the return off at the post office a month ago and heard nothing.
    The screen arrived with a scratch. A discount is no good to me, I want another screen.
    Do you refund the original postage as well when everything goes back?
    The tent leaks. We used it once. I expect to get a new one.
    Too small, too short, too tight: all three shirts are going back.
    Can I bring back a gift without the receipt?
    Your website says thirty days to return, the letter in the box says fourteen. Which is true?
    Two plates were chipped. Must I send you the whole set for an exchange?
    Oh dear, my own old shoes went off to you and not the new ones that I wanted to give back!
    The rug is thinner than described. I'd like to give it back and get what I paid.
  `),
  technical: lines(`
    The app closes by itself when I tap on the map.
    I only see a white page at your address since this morning.
    Pictures of the articles do not show up on my tablet.
    The search finds nothing, whatever I type.
    My thermostat no longer talks to the phone.
    An error 500 comes up after I press the orange button.
    Your site is terribly slow, a minute for each click.
    The printer prints blank sheets only.
    it says no internet connection but my internet is fine
    After the update, the buttons are outside of the screen.
    The camera does not turn on any more, the light stays red.
    I can't upload my photo, it hangs at ninety percent.
    Notifications from the app come hours late.
    Nothing happens when I press "add to basket".
    My speaker crackles at every volume.
    The filter for sizes is ignored, I get all of them.
    The page jumps back to the top each time I scroll.
    How do I reset the router to its factory settings? It has frozen.
    The scale shows a different weight each time that I step on it.
    Letters such as ü come out as strange signs on your pages.
    The installation breaks off with code 0x80.
    Your app drains my battery within two hours.
    The video in the manual does not play in Firefox.
    Bluetooth finds the watch, but pairing fails.
    A gray box with the chat in it hides all the rest, and it has no cross in its corner.
    My robot runs in circles, then beeps and stops.
    The download of the manual gives me a file with zero bytes.
    On my old laptop, the menu opens behind the picture.
    The remote needs to be pressed five times before the set reacts.
    Does the app need Android 12? It will not install.
    The site keeps switching to Italian.
    My keyboard types every letter twice.
    The clock on the oven loses ten minutes a day.
    Since yesterday, the bar code scanner in the app sees only black.
    Your certificate seems to have run out, my browser warns me about the site.
    The wish list is empty after every restart of the program.
    The device gets so hot that I cannot touch it.
    The calendar on the booking page has no days in it.
    No sound from the left earbud, even after charging.
    When I zoom in, the pictures turn into gray squares.
    The firmware update has been at one percent since noon.
    I cannot get the form to accept my street, it says invalid character.
    My sensor shows minus forty degrees in the kitchen.
    The app says version 3 is required, but the store only offers 2.
    Captcha pictures never load, so I can't go on.
    The vacuum does not find its charging station.
    Every link in the menu leads to the same page: not found.
    The touch screen reacts on the right side only.
    The export button makes an empty spreadsheet.
    My e-reader freezes on page 40 of any book.
    Your server refuses the connection from our office network.
    The lamp blinks twice and goes dark, whichever socket I use.
  `),
  feedback: lines(`
    Best shop on the web, hands down.
    Your hold music is dreadful, I had to say it.
    A little more color on the home page would not hurt.
    The young man at the counter was so patient with my father. Lovely.
    I miss the paper catalog.
    Why not sell socks in packs of seven? One for each day!
    Everything came wrapped in paper and no plastic at all. Bravo.
    The new logo looks like a potato.
    Just a note to say that I will be back.
    A store in the north would make my day.
    Your advert on the radio is far too loud.
    i think the old design was nicer
    What a pleasant surprise to find a note written by hand with my order!
    You should offer gift wrapping.
    The questions of your survey were confusing, you may want to rewrite them.
    Ten years a customer and never a reason to complain.
    Too many emails from you. Twice a week would be plenty.
    My compliments to whoever writes your product texts, they made me laugh.
    A vegan line would be a nice idea for next year.
    I was not impressed by the tone of your newsletter.
    The recipe on the back of the bag is delicious!
    Please consider larger letters on the labels, my eyes are not what they used to be.
    I told all of my friends about you.
    Honestly, the quality used to be better.
    Your staff deserve a raise.
    It is a pity that you no longer sell the round tins.
    The comparison table on your pages is a great help, keep it up.
    My suggestion: let people sort reviews by date.
    Great value for the money, thank you all.
    I find the music in your shops too loud.
    More photos of the inside of the bags, please!
    Thumbs up for repairing things rather than throwing them away.
    The packaging is far too big for what is in it, what a waste.
    We were so happy with the advice from Ms. Lee.
    How about a loyalty card?
    You have made an old lady very happy.
    I like that there is a real person on the phone.
    The new flavors are awful, bring back lemon.
    Your opening hours do not suit people who work, just saying.
    Five stars from me and from my dog.
    Would be nice to see where the cotton comes from.
    It took four calls until somebody was friendly to me. You can do better.
    The workshop on Saturday was fun, do it again some time.
    I read your magazine from cover to cover.
    Please think about a quiet hour for people who do not like crowds.
    The website has become much clearer since spring.
    Simply terrific, all of you.
    I am disappointed that a company of your size has no recycling program.
    The colors of the autumn range are gorgeous.
    One idea: a map of the shop at the entrance.
    Never had better service anywhere.
    The slogan on your bags is silly.
  `),
};
