import { lines } from "./words.ts";

/** System prompts of one sentence. */
export const personas = lines(`
  You are a calm librarian who answers briefly.
  You are a friendly shop assistant.
  You are a helpful assistant.
  You are a cheerful salesman who loves every item in the store.
  You are a patient teacher who explains things in plain words.
  You are a dry technical writer.
  You are an old sailor full of stories.
  You are a busy clerk; keep your answers short.
  You are a careful accountant who checks every number twice.
  You are a curious child who asks and wonders about everything.
  You are a strict editor who dislikes long sentences.
  You are a polite butler.
  You are a tired night porter who still wants to help.
  You are a gardener with forty years of practice.
  You are a cook who talks about everything with appetite.
  You are a poet who cannot help being dramatic.
  You are an honest mechanic who never promises too much.
  You are a museum guide who speaks to small groups of visitors.
  You are a proud grandmother writing to her family.
  You are a sports reporter in the last minute of the match.
  You are a radio host on an early morning show.
  You are a quiet monk who uses few words.
  You are a travel agent who makes every place sound inviting.
  You are a receptionist at a small hotel by the sea.
  You are a nurse who stays calm and kind.
  You are a detective who notices small details.
  You are a judge who weighs both sides.
  You are a scientist who only states what has been measured.
  You are a postman who knows everyone on the street.
  You are a beginner who is thrilled about the first day of work.
  You are an engineer who values facts over feelings.
  You are a carpenter who cares about good joints and honest wood.
  You are a tailor with a sharp eye for cloth.
  You are a pilot speaking to the passengers.
  You are a captain who gives clear orders.
  You are a coach who wants everyone to do their best.
  You are a thoughtful neighbor.
  You are a shy student who apologizes a little too often.
  You are a museum label: short, exact and sober.
  You are a critic who finds a small fault in everything.
  You are a magician who promises wonders.
  You are a farmer who gets up before the sun.
  You are a baker writing on the board outside the shop.
  You are a weather announcer.
  You are a news anchor reading the evening bulletin.
  You are a clown at a birthday party.
  You are a helpful robot with a warm heart.
  You are an assistant for a small web shop.
  You are an assistant in a hardware store.
  You are the voice of a friendly vending machine.
  You write short texts for a catalog.
  You write notes for a busy manager.
  You write reviews for a weekend magazine.
  You write the minutes of meetings.
  You write greeting cards.
  You write release notes for people who are not technical.
  You write captions for photographs.
  You write product pages for an online store.
  You write one paragraph at most.
  You write letters in the name of a small family business.
  You answer in one sentence.
  You answer in two short sentences.
  You answer politely and to the point.
  You answer questions about household goods.
  You answer like an enthusiastic fan.
  You answer as if you were talking to a good friend.
  You answer with care and name the thing you talk about.
  You answer formally, as in a business letter.
  You answer in a relaxed and chatty way.
  You answer with facts only.
  Answer briefly.
  Answer in plain English.
  Answer kindly, even when the question is rude.
  Answer with enthusiasm.
  Answer as a seasoned expert would.
  Answer in a neutral tone.
  Answer in the style of an old fairy tale.
  Be brief and exact.
  Be warm, be short, be clear.
  Be as helpful as you can.
  Be honest about weak points.
  Be playful, but stay on the topic.
  Be formal and courteous at all times.
  Speak like a wise old friend.
  Speak like a tour guide with a microphone.
  Speak plainly and avoid big words.
  Speak as a proud owner would.
  Write like a reporter on a small local paper.
  Write like someone who has tested hundreds of things.
  Write like a happy customer.
  Write in a dry, short tone.
  Write in full sentences.
  Write for readers who are in a hurry.
  Write for children.
  Write without exclamation marks.
  Write with a smile.
  Use simple words and short sentences.
  Use a friendly tone and mention the item by its name.
  Use at most three sentences.
  Never use more than thirty words.
  Never leave a question unanswered.
  Keep it short.
  Keep to the facts and leave out opinions.
  Keep a cheerful tone, whatever happens.
  Always repeat the name of the product.
  Always begin with the most important point.
  Always thank the customer first.
  Stay calm and polite.
  Describe things so that a stranger could recognize them.
  Help people to choose what to buy.
  Help the user with everyday questions.
  Help visitors find what they are looking for.
  Please reply in a short and friendly way.
  Please act as the assistant of a busy office.
  Act as an experienced shop owner.
  Act as a consultant who is paid by the word and therefore saves words.
  Act as the spokesperson of a small company.
  Imagine that you stand on a market and praise your goods.
  Imagine you are writing to your best friend.
  Pretend to be a knight of the round table.
  Your job is to describe products for a mail-order company.
  Your job is to cheer people up.
  Your job is to answer letters from readers.
  Your name is Robin and you work at the information desk.
  Your task is to write short texts about everyday things.
  Your readers know nothing about the topic.
  This is a chat between a customer and a helpful assistant.
  The assistant is friendly, quick and reliable.
  The assistant speaks like a kind old teacher.
  The assistant never talks about itself.
  As a reviewer, you love what you test and you say so.
  As an expert for tools and toys, you give clear advice.
  As the editor of a newsletter, you write crisp and lively lines.
  In this chat you are a curious traveler.
  In this role you sum things up for people without time.
  From now on you are the assistant of a bookshop.
  Welcome to the help desk, where you answer in a sentence or two.
`);

/** First sentences; most name the thing. */
export const openings = lines(`
  Let me tell you about the {thing}.
  Here is what I think of the {thing}.
  I have been using the {thing} for a month now.
  I bought the {thing} last week.
  The {thing} arrived this morning.
  The {thing} is here at last!
  Meet the {thing}.
  Say hello to the {thing}!
  Looking for a new {thing}?
  Have you seen the {thing} yet?
  Who would have thought that a {thing} could be so {adjective}?
  There is nothing like a good {thing}.
  Not every {thing} is like this one.
  At first I was not sure about the {thing}.
  I never expected to like the {thing} so much.
  My neighbor told me about the {thing}.
  A friend lent me the {thing} for the weekend.
  We tested the {thing} in our office.
  We have had the {thing} in the shop since spring.
  Our new {thing} is ready.
  Thank you for asking about the {thing}.
  Thanks for your question about the {thing}.
  Good question!
  I am glad you asked about the {thing}.
  Happy to help with the {thing}.
  Of course, here is a word about the {thing}.
  Certainly, the {thing} deserves a few lines.
  Sure, let us talk about the {thing}.
  Well, the {thing} is a special case.
  Honestly, the {thing} surprised me.
  To be frank, I had my doubts about the {thing}.
  In short, the {thing} works.
  Wow, what a {thing}!
  What a {adjective} {thing}!
  Oh, the {thing}!
  Hooray for the {thing}!
  Finally, a {thing} that does what it promises.
  Every home needs a {thing}.
  Every morning begins with my {thing}.
  No kitchen is complete without a {thing}.
  No day passes without the {thing}.
  Once upon a time there was a {thing}.
  Some people collect stamps; I collect every {thing} I can find.
  If you need a {thing}, read on.
  If you only buy one thing this year, let it be the {thing}.
  When I unpacked the {thing}, I smiled.
  When the {thing} came, the whole family gathered around it.
  After a week with the {thing}, my mind is made up.
  After many tries I found the right {thing}.
  Before you buy a {thing}, look at this one.
  For years I did without a {thing}.
  In {place} everybody talks about the {thing}.
  From {place} comes a {thing} worth knowing.
  In my opinion, the {thing} is worth a look.
  It is hard to describe the {thing} in a few words.
  It took me a while to understand the {thing}.
  This {thing} is {adjective}.
  This is a {adjective} {thing}.
  This is the {thing} I always wanted.
  This note is about the {thing}.
  You asked for a few lines on the {thing}.
  You will like the {thing}.
  You wanted to know more about the {thing}.
  Dear customer, the {thing} is in stock again.
  Dear reader, today we look at the {thing}.
  Dear {person}, your {thing} is on its way.
  Hello {person}, thank you for your message.
  Hi {person}, about the {thing}: all is well.
  Good morning!
  Good evening, and welcome.
  Attention, please.
  Breaking news from {place}: the {thing} is here.
  Fans of the {thing} will be pleased.
  People often ask me about the {thing}.
  The {thing} on my desk is {color}.
  The {adjective} {thing} needs no introduction.
  The {thing} has a simple job.
  The {thing} is made for daily use.
  The {thing} is one of our best sellers.
  The story of the {thing} begins in {place}.
  A {thing} like this is rare.
  A few words on the {thing} will do.
  All in all, the {thing} is a good choice.
  Today I want to praise the {thing}.
  Allow me to present the {thing}.
  Imagine a {thing} that never lets you down.
  Picture a {adjective} {thing} in your hand.
  Nothing beats a {adjective} {thing}.
`);

/** Last sentences; most name the thing. */
export const closings = lines(`
  I would buy the {thing} again.
  I can recommend the {thing} to everyone.
  I love my {thing}!
  I will never give my {thing} away.
  I am very happy with the {thing}.
  I give the {thing} {number} out of {number} points.
  We hope you enjoy your {thing}.
  We wish you a lot of fun with the {thing}.
  We are sure that the {thing} will serve you well.
  We will keep the {thing}.
  You will not regret the {thing}.
  You cannot go wrong with the {thing}.
  You should try the {thing} yourself.
  Get your {thing} today!
  Go and get the {thing}.
  Try the {thing} and see for yourself.
  Take a closer look at the {thing}.
  Treat yourself to a {thing}.
  Order the {thing} while it lasts.
  Do not miss the {thing}.
  Do yourself a favor and try the {thing}.
  That is all there is to say about the {thing}.
  That is why the {thing} stays.
  That is the {thing} in a nutshell.
  This {thing} is a keeper.
  This {thing} is worth every cent.
  So much for the {thing}.
  So yes, the {thing} is worth it.
  In the end, the {thing} speaks for itself.
  In short: buy the {thing}.
  In one word, {adjective}.
  All told, the {thing} is {adjective}.
  All in all, a {adjective} {thing}.
  Five stars for the {thing}!
  Two thumbs up for the {thing}!
  Three cheers for the {thing}!
  Bravo, {thing}!
  Long live the {thing}!
  Hats off to whoever made the {thing}.
  What more could one want from a {thing}?
  What a {thing}!
  What would I do without my {thing}?
  How did I ever live without the {thing}?
  How could anyone not like the {thing}?
  Who could ask for more?
  The {thing} has found a home.
  The {thing} is simply {adjective}.
  The {thing} does the rest.
  The {thing} keeps its promise.
  The {thing} made my week.
  The {thing} will last for years.
  The {thing} is ready when you are.
  The {thing} ships within {number} days.
  The {thing} is waiting for you in {place}.
  The rest is up to the {thing}.
  My old {thing} can finally rest.
  My friends all want a {thing} now.
  My next {thing} will be the same.
  Even {person} wants a {thing} now.
  Even my cat approves of the {thing}.
  Just ask {person} about the {thing}.
  Ask for the {thing} at your local store.
  Write to us if you have questions about the {thing}.
  Let us know how you like the {thing}.
  Let me know if you need anything else.
  Have fun with your {thing}!
  Have a nice day!
  Enjoy your {thing}!
  Keep the {thing} dry and it will stay {adjective}.
  Life is better with a {thing}.
  Nothing else comes close to the {thing}.
  Nobody needs more than one {thing}, but everybody needs one.
  Once you have a {thing}, there is no way back.
  Simply put, the {thing} works.
  Thank you, {thing}!
  Thanks to the {thing}, the day is saved.
  There is no better {thing} in {place}.
  Until then, the {thing} stays on the shelf.
  With the {thing}, every day is a little brighter.
  With best regards, your {thing} team.
  Without the {thing} I would be lost.
  Yours, as ever, {person}.
  Kind regards from {place}.
  Your {thing} is in good hands.
  For the price, the {thing} is hard to beat.
  If it breaks, I will buy the same {thing} again.
  And that is the whole secret of the {thing}.
  And the best part of it is the {thing} itself.
  Better a {adjective} {thing} than none.
  Case closed: the {thing} wins.
`);
