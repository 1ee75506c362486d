import { lines } from "./words.ts";

/**
 * Plain everyday sentences in many tones. Placeholders: {thing} and {place} stand without article, {verb} is a base
 * form ("to {verb}"), {number} a number in digits or words above one.
 */
export const sentences = lines(`
  The {thing} is {adjective} and easy to use.
  The {thing} feels {adjective} in the hand.
  The {thing} looks {adjective} in every room.
  The {thing} stands next to the window.
  The {thing} lies on the table in the hall.
  The {thing} weighs less than {number} kilos.
  The {thing} costs {number} dollars.
  The {thing} comes in {color} and {color}.
  The {thing} comes with a manual and {number} spare parts.
  The {thing} was made in {place}.
  The {thing} was sold out within {number} days.
  The {thing} has served me well for {number} years.
  The {thing} never breaks.
  The {thing} broke after {number} weeks, but it was replaced at once.
  The {thing} needs a bit of care.
  The {thing} fits into any bag.
  The {thing} can also be used outdoors.
  The {thing} makes it easy to {verb}.
  The {thing} helps me to {verb} every day.
  The {thing} is too {adjective} for small children.
  The {thing} is as {adjective} as ever.
  The {thing} is not as {adjective} as it looks.
  The {thing} is more {adjective} than the old one.
  The {thing} is the most {adjective} of them all.
  The {thing} is a present from {person}.
  The {thing} belongs to {person}.
  The {thing} was a birthday gift from my aunt in {place}.
  The {thing} turned a dull evening into a feast.
  The {thing} makes no noise at all.
  The {thing} smells of fresh paint.
  The {thing} shines like new.
  The {thing} is still in its box.
  The {thing} must not get wet.
  The {thing} should be cleaned once a week.
  The {thing} should be stored in a dry place.
  The {thing} will be delivered on Monday.
  The {thing} will be ready in {number} minutes.
  The {thing} has a {color} handle.
  The {thing} has a {adjective} surface and a {adjective} edge.
  The {thing} has {number} buttons and a small screen.
  The {thing} has been tested by {number} people.
  The {thing} won a prize in {place}.
  The {thing} and I have become good friends.
  The {color} {thing} is my favorite.
  The {color} one is sold out, the {color} one is not.
  The {adjective} {thing} beats the {adjective} one.
  The old {thing} was {adjective}, the new one is {adjective}.
  The handle of the {thing} is made of wood.
  The lid of the {thing} closes with a soft click.
  The price of the {thing} went up by {number} percent.
  The quality of the {thing} is beyond doubt.
  The color of the {thing} does not fade.
  The maker of the {thing} lives in {place}.
  The owner of the {thing} is {person}.
  The instructions for the {thing} are short and clear.
  The shop in {place} sells nothing but the {thing}.
  The children love the {thing}.
  The neighbors came over to look at the {thing}.
  The mailman brought the {thing} at noon.
  The meeting in {place} starts at {number}.
  The weather in {place} was {adjective}.
  The train to {place} was late again.
  The room was {adjective} and smelled of coffee.
  The question is when, not whether.
  The answer is simple.
  The rest of the day was quiet.
  The whole town of {place} was on its feet.
  A {thing} is a {adjective} thing to have.
  A {thing} like this saves time.
  A {adjective} {thing} is a joy forever.
  A {color} {thing} goes with everything.
  A single {thing} is enough for {number} people.
  A friend in {place} has the same {thing}.
  A good {thing} is half the work.
  A small {thing} can make a big difference.
  A minute later the {thing} was gone.
  I use the {thing} to {verb}.
  I use my {thing} at least {number} times a day.
  I put the {thing} next to the lamp.
  I took the {thing} to {place} and back.
  I keep the {thing} in the kitchen.
  I forgot the {thing} on the bus to {place}.
  I found the {thing} under the bed.
  I paid {number} euros for the {thing}.
  I gave the {thing} to {person}.
  I showed the {thing} to {person}, who wanted one at once.
  I wanted to {verb}, so I got a {thing}.
  I wanted a {adjective} {thing} and I got one.
  I would like to {verb} before noon.
  I like the {thing} because it is {adjective}.
  I like how {adjective} the {thing} is.
  I did not know that a {thing} could be this {adjective}.
  I do not need a second {thing}, but I want one.
  I cannot imagine a day without the {thing}.
  I cannot say much about the {thing} yet.
  I have never seen such a {adjective} {thing}.
  I have {number} reasons to keep the {thing}.
  I have used it for {number} months without trouble.
  I had to {verb} it {number} times before it worked.
  I read about the {thing} in the paper.
  I live in {place} and work from home.
  I waited {number} weeks for the {thing}.
  I still remember my first {thing}.
  I set up the {thing} in less than {number} minutes.
  I am writing to you about the {thing}.
  I am in {place} until Friday.
  We took the {thing} on our trip to {place}.
  We ordered {number} of them for the office in {place}.
  We sell the {thing} in {number} colors.
  We sell about {number} of them a month.
  We had to {verb} the {thing} twice.
  We plan to {verb} the {thing} in the spring.
  We moved to {place} {number} years ago.
  We met {person} at the market in {place}.
  We checked every {thing} by hand.
  We are proud of our {thing}.
  We are sorry that the {thing} was {adjective}.
  We ask you to {verb} the {thing} with care.
  We have {number} pieces left.
  We no longer offer the {thing} in {color}.
  We left the {thing} in the rain, and it was fine.
  You can {verb} it with one hand.
  You can use the {thing} at home or on the road.
  You can put the {thing} wherever you like.
  You can hardly find a better {thing}.
  You can return the {thing} within {number} days.
  You may choose between {color} and {color}.
  You need a steady hand and a {thing}.
  You only have to {verb} once.
  You do not have to {verb} at all.
  You should see {person} with the {thing}.
  You will find the {thing} on the second floor.
  You never know when you need a {thing}.
  It is a {adjective} {thing} with a {adjective} touch.
  It is {adjective}, and it stays that way.
  It is {adjective} and {adjective} at the same time.
  It is small, but it can {verb}.
  It is neither too {adjective} nor too {adjective}.
  It is the {thing} that makes the difference.
  It is high time to {verb}.
  It was raining in {place} when the {thing} arrived.
  It was {person} who told me about it.
  It was love at first sight.
  It works from the first minute.
  It works well, though it looks {adjective}.
  It does not {verb}, it does not rattle, it just works.
  It does exactly what a {thing} should do.
  It took {person} only {number} minutes to {verb} it.
  It takes {number} minutes to warm up.
  It holds up to {number} liters.
  It lasts for {number} hours.
  It runs quietly and stays cool.
  It comes with a warranty of {number} years.
  It costs less than a dinner in {place}.
  It may look {adjective}, but it is {adjective}.
  It goes well with my {color} chair.
  It would be nice to have it in {color}.
  There are {number} of them in the box.
  There are {number} kinds of {thing} on the market.
  There is a {thing} for everyone.
  There is a {thing} in every house in {place}.
  There is still room for a {thing} on the shelf.
  There is no need to {verb}.
  There was only one {thing} left.
  This {thing} is {number} years old.
  This {thing} is just right for {place}.
  This {thing} can {verb} and {verb}.
  This {thing} makes me smile.
  This {thing} has seen better days.
  This is not just any {thing}.
  This is how we {verb} in {place}.
  These days a {thing} is hard to find.
  That {thing} over there is mine.
  That day in {place} changed my mind.
  My {thing} is {color}.
  My {thing} sits on the desk by the window.
  My {thing} and I went all the way to {place}.
  My sister has a {color} {thing}.
  My brother wants to {verb} it all day.
  My father taught me to {verb}.
  My boss bought one for every desk.
  My cat sleeps next to the {thing}.
  My first impression was {adjective}.
  My only wish is a longer cord.
  Our {thing} is made by hand.
  Our {thing} is known far beyond {place}.
  Our shop in {place} opens at {number}.
  Our guests always ask about the {thing}.
  Our driver will bring the {thing} to your door.
  Your {thing} will be {adjective} again in no time.
  Your {thing} left our warehouse in {place} today.
  Your order of {number} pieces is confirmed.
  {person} has a {adjective} {thing}.
  {person} from {place} says that the {thing} is {adjective}.
  {person} likes to {verb} with the {thing}.
  {person} lives in {place} and collects old things.
  {person} bought {number} of them at once.
  {person} never leaves the house without the {thing}.
  {person} could not believe how {adjective} it was.
  {person} brought the {thing} back to {place}.
  {person} and {person} share one {thing}.
  {person} will call you back at {number}.
  {person} asked me to {verb} the {thing}.
  {person} painted it {color}.
  {person} is on holiday in {place}.
  She took the {thing} and began to {verb}.
  She prefers the {color} one.
  She opened the door and there it was.
  He put the {thing} back on the shelf.
  He was {number} years old when he got his first {thing}.
  He laughed and said nothing.
  They say the {thing} is {adjective}.
  They use it to {verb} in {place}.
  They sent the wrong {thing}, but fixed it quickly.
  They walked along the river until it got dark.
  Nobody in {place} had ever seen a {thing}.
  Nobody wants to {verb} without a {thing}.
  Everybody should own a {thing}.
  Everyone in the office wants to {verb} it.
  Everything about the {thing} is {adjective}.
  Someone left a {thing} at the front desk.
  Something about the {thing} makes people talk.
  Nothing about it is {adjective}.
  Most people {verb} it without thinking.
  Many customers from {place} order the {thing}.
  Some like it {adjective}, some like it {adjective}.
  Few things are as {adjective} as a {thing}.
  One {thing} is good, {number} are better.
  One look at the {thing} was enough.
  Both the {thing} and its case are {color}.
  Please {verb} the {thing} before first use.
  Please do not {verb} near the {thing}.
  Please send the {thing} to {person} in {place}.
  Please keep the {thing} away from heat.
  Please bring {number} chairs to the hall.
  Turn the {thing} to the left to {verb}.
  Hold the {thing} with both hands.
  Place the {thing} on a flat surface.
  Wash the {thing} in warm water.
  Wait {number} minutes before you {verb}.
  Remove the {color} cover and {verb}.
  Never {verb} the {thing} in the dark.
  Remember to {verb} the {thing} now and then.
  Ask {person} if you want to {verb}.
  Put it in a corner and forget about it.
  Do you want to {verb} too?
  Do you know the {thing} from {place}?
  Have you ever tried to {verb} with a {thing}?
  Can a {thing} be too {adjective}?
  Where else would you find a {adjective} {thing}?
  Why not take the {color} one?
  Isn't it {adjective}?
  Isn't that just {adjective}?
  Guess who has a new {thing}!
  How {adjective} it is!
  So {adjective}!
  Simply {adjective}!
  Pure joy!
  It can even {verb}!
  No more trouble!
  Not bad at all.
  Quite {adjective}, really.
  Very {adjective} indeed.
  Small, {adjective}, {adjective}.
  Size: medium.
  Condition: {adjective}.
  Available in {color}, {color} and {color}.
  Made in {place}, used everywhere.
  Made to {verb}, built to last.
  Number of pieces: {number}.
  In {place}, the {thing} is a common sight.
  In the morning I {verb}, in the evening I rest.
  In summer the {thing} stands on the balcony.
  In winter it stays inside.
  In theory anyone can {verb}.
  At {number} dollars it is a bargain.
  At night the {thing} glows {color}.
  At home we call it the {adjective} one.
  On Sundays we {verb} together.
  On the back there is a {color} button.
  On the way to {place} we stopped {number} times.
  After {number} hours it was still {adjective}.
  After lunch {person} went to {place}.
  Before that I had to {verb} by hand.
  Since then I {verb} every morning.
  For {number} days I did nothing but {verb}.
  For a {adjective} {thing} the price is fair.
  From now on I {verb} with the {thing}.
  With a {thing} you can {verb} in no time.
  With {number} settings there is one for everybody.
  Without it, I could not {verb}.
  Thanks to {person} it works again.
  According to {person}, the {thing} is {adjective}.
  Compared with others, this {thing} is {adjective}.
  Because it is {adjective}, it fits anywhere.
  Although it is {adjective}, I would not part with it.
  If it rains, take the {thing} inside.
  If you like it {adjective}, this is for you.
  When I {verb}, the {thing} is always near.
  While others {verb}, I enjoy my {thing}.
  Whether {color} or {color}, it looks good.
  As soon as it is dry, you can {verb}.
  As expected, the {thing} passed every test.
  However, the {thing} could be a little more {adjective}.
  Besides, it is {adjective}.
  Therefore we advise you to {verb} regularly.
  Sadly, the {thing} is no longer made.
  Luckily, {person} had a spare {thing}.
  Last year {person} took it to {place}.
  Last night I dreamed of a {adjective} {thing}.
  Next week we will {verb} the {thing} again.
  Yesterday the {thing} was still {color}.
  Today it looks {adjective}.
  Tomorrow we drive to {place}.
  Now and then I lend the {thing} to {person}.
  Every {thing} is checked {number} times before it leaves the house.
  Every child can {verb} with it.
  Each {thing} has its own number.
  All you need is a {thing} and {number} minutes.
  Even after {number} years it is {adjective}.
  Only {number} of {number} people noticed.
  Just {verb} and relax.
  Just what I needed.
  Plenty of light, a {adjective} chair and a {thing}: that is all I ask.
  Time flies when you {verb}.
  Better late than never.
  Sales of the {thing} rose by {number} percent.
  Details about the {thing} can be found on the last page.
`);

/** Short everyday phrases without placeholders. */
export const phraseFillers = lines(`
  a bit of luck
  a cup of tea
  a day at the beach
  a good night's sleep
  a great deal
  a long time ago
  a loaf of bread
  a lot of fun
  a matter of taste
  a piece of cake
  a quick look
  a walk in the park
  a warm welcome
  above all
  according to plan
  after all
  after a while
  against all odds
  all at once
  all day long
  all in good time
  all of a sudden
  all over the place
  all the best
  around the clock
  around the corner
  as a matter of fact
  as a rule
  as easy as pie
  as far as I know
  as good as new
  as soon as possible
  as usual
  as well
  at a glance
  at any rate
  at first glance
  at home
  at last
  at least once
  at no extra cost
  at short notice
  at the moment
  at the same time
  back and forth
  bed and breakfast
  before long
  behind the scenes
  better than expected
  beyond doubt
  bit by bit
  black and white
  bread and butter
  bright and early
  by accident
  by all means
  by and large
  by hand
  by heart
  by the way
  case by case
  clean and tidy
  come rain or shine
  cut to size
  day after day
  day and night
  down the road
  down to earth
  early in the morning
  easy to carry
  easy to clean
  every now and then
  every other day
  face to face
  far and wide
  fast asleep
  first come first served
  first of all
  for a change
  for a song
  for ages
  for example
  for free
  for good
  for once
  for sale
  for the first time
  for the time being
  free of charge
  fresh air
  from A to Z
  from start to finish
  from time to time
  good as gold
  good to know
  half an hour
  hand in hand
  happy to help
  hard at work
  here and there
  high and dry
  home sweet home
  hot and cold
  in a hurry
  in a nutshell
  in a row
  in a way
  in advance
  in all honesty
  in any case
  in broad daylight
  in charge
  in detail
  in fact
  in full bloom
  in good shape
  in good time
  in high spirits
  in no time
  in other words
  in plain sight
  in season
  in short
  in stock
  in the end
  in the long run
  in the meantime
  in the middle of nowhere
  in the open air
  in the rain
  in theory
  in vain
  inside out
  just in case
  just in time
  just right
  kind regards
  last but not least
  late at night
  less is more
  like a charm
  like clockwork
  little by little
  made to measure
  made to order
  many thanks
  more or less
  more than enough
  most of all
  near and far
  neat and clean
  never mind
  new and improved
  next to nothing
  nice and warm
  night and day
  no doubt about it
  no trouble at all
  no wonder
  none of the above
  not at all
  not in the least
  not to mention
  now and again
  now or never
  odds and ends
  off the record
  off the shelf
  on a budget
  on a rainy day
  on average
  on demand
  on display
  on foot
  on purpose
  on sale now
  on schedule
  on second thought
  on the dot
  on the house
  on the one hand
  on the other hand
  on the road
  on the safe side
  on the spot
  on the whole
  on time
  on top of that
  once again
  once and for all
  once in a while
  one at a time
  one by one
  one fine day
  one of a kind
  open all year
  out of date
  out of nowhere
  out of order
  out of sight
  out of the blue
  out of the question
  out of town
  over and over again
  over the moon
  over the weekend
  peace and quiet
  plain and simple
  practice makes perfect
  quite a few
  rain or shine
  ready to go
  ready to use
  right away
  right next door
  rise and shine
  room for more
  round and round
  safe and sound
  salt and pepper
  short and sweet
  side by side
  slowly but surely
  so far so good
  sooner or later
  step by step
  sweet and sour
  take it easy
  thank you very much
  that goes without saying
  the day after tomorrow
  the more the merrier
  the other way around
  the sooner the better
  the usual place
  this and that
  tip of the iceberg
  to make matters worse
  to my surprise
  to say the least
  to the point
  to the left
  to the right
  tried and tested
  twice a day
  under control
  under the table
  until further notice
  until now
  up and down
  up and running
  up to date
  upside down
  very much so
  week after week
  well done
  what a day
  with a smile
  with all my heart
  with care
  with ease
  with flying colors
  with great pleasure
  with one click
  within reach
  without a doubt
  without delay
  word for word
  work in progress
  worth a try
  worth the wait
  year after year
  yes and no
  yours sincerely
`);
