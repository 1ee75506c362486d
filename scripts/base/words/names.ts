import { phrases, words } from "./words.ts";

export const firstNames = words(`
  Aaron Abdul Abigail Ada Adam Adele Adrian Agnes Ahmed Aicha Aiko Aisha Akira Alan Albert Alejandro Alessia Alex Alfred
  Ali Alice Alicia Alina Alma Amara Amelia Amina Amir Amit Amy Ana Anders Andre Andrea Andrew Angela Anita Anja Anna
  Anouk Anton Antonio Anwar Arjun Arne Arthur Arturo Asha Astrid Audrey August Aurora Ayesha Aylin Barbara Basil
  Beatrice Bela Ben Benjamin Bernard Bertha Beth Bianca Bill Birgit Bjorn Bob Boris Brenda Brian Bridget Bruce Bruno
  Caleb Camila Carl Carla Carlos Carmen Caroline Catherine Cecilia Celine Cesar Chandra Charles Charlotte Chen Chiara
  Chidi Chloe Chris Christina Clara Claudia Clement Colin Connor Cora Cornelia Craig Cyril Dagmar Daisy Dalia Damian
  Daniel Daria David Deborah Deepak Delia Dennis Derek Diana Diego Dieter Dimitri Dina Dominic Donna Dora Doris Dorothy
  Duncan Dylan Edgar Edith Edmund Eduardo Edward Eileen Elena Eli Elias Elif Elisa Elizabeth Ella Ellen Elsa Emeka Emil
  Emily Emma Enrique Eric Erika Erin Ernest Esther Ethan Eva Evelyn Ezra Fabian Farah Fatima Felicia Felix Fernando
  Fiona Flora Florence Francesca Francis Frank Franz Freya Frieda Gabriel Gareth Gary George Gerald Gerda Gina Giovanni
  Gisela Giulia Gloria Gordon Grace Graham Greta Grigori Gustav Guy Habib Haruto Hal Hamid Hana Hanna Hans Harold
  Harriet Harry Hassan Hazel Heather Hector Heidi Helen Helga Henrik Henry Herbert Hiroshi Holly Hugo Humphrey Ian
  Ibrahim Ida Ignacio Igor Ilse Imani Imran Ina Indira Ines Ingrid Irene Iris Isaac Isabel Ivan Ivy Jack Jacob Jacques
  Jada Jakub James Jamila Jan Jane Janet Jared Jasmine Jason Javier Jean Jenny Jeremy Jessica Jim Jin Joan Joao Joel
  Johanna John Jonas Jorge Jose Joseph Joshua Joyce Juan Judith Julia Julian Jun June Jurgen Justin Kai Kamala Karen
  Karim Karin Karl Kasper Katarina Kate Kavita Keiko Keith Kemal Ken Kenji Kerstin Kevin Khalid Kim Kiran Klara Klaus
  Kofi Konrad Kristof Kumar Kurt Kwame Lakshmi Lars Laura Lauren Laurent Lea Leah Leila Lena Leo Leon Leonard Leticia
  Lewis Liam Lidia Lila Lily Lina Linda Linus Lisa Liu Lloyd Lola Lorenzo Lorna Louis Louise Lucas Lucia Lucy Ludwig
  Luis Luka Lydia Mabel Magda Magnus Mahmoud Malik Manuel Mara Marcel Marco Marcus Margaret Maria Marie Marina Mario
  Marion Mark Marta Martha Martin Mary Mateo Matilda Matthew Maurice Max Maya Megan Mehmet Mei Melanie Mercy Mia Michael
  Miguel Mika Mila Mildred Milan Milo Mina Minh Miriam Mohammed Moira Monica Moses Muriel Nadia Naomi Natalie Nathan
  Neha Neil Nell Niamh Nicholas Nicole Nigel Nikolai Nils Nina Noah Noel Nora Norman Olaf Oleg Olga Oliver Olivia Omar
  Oscar Otto Owen Pablo Paloma Pamela Paola Patrick Paul Paula Pavel Pedro Peggy Penelope Peter Petra Philip Phoebe
  Pierre Pilar Polly Priya Rachel Rafael Raj Ralph Ramona Rana Raquel Rashid Raul Ravi Raymond Rebecca Reza Rhoda
  Ricardo Richard Rita Robert Roberto Robin Rocco Roger Roland Rolf Rosa Rose Ruben Rudolf Rufus Rupert Ruth Ryan Sabine
  Sadie Salma Salvador Sam Samira Samuel Sandra Sanjay Santiago Sara Satoshi Sean Sebastian Selma Sergei Seth Shanti
  Sharon Sheila Shirin Sibyl Sidney Siegfried Signe Silas Silvia Simon Sofia Solveig Sonia Sophie Stanley Stefan Stella
  Stephen Steven Stuart Sunil Susan Svetlana Sven Sybil Sylvia Tamara Tania Tariq Tatiana Ted Teresa Tessa Theo Theresa
  Thomas Tim Tina Tobias Toby Tom Tomas Toni Tova Tracy Ulrich Ulrike Uma Umberto Ursula Valentin Valerie Vanessa Vera
  Veronica Victor Victoria Vijay Vikram Vincent Viola Violet Virginia Vivian Vladimir Wallace Walter Wanda Wei Wendy
  Werner Wilhelm Will William Wilma Winifred Xavier Xenia Yara Yasmin Yosef Yuki Yuri Yusuf Yvonne Zahra Zara Zeynep Zoe
  Zofia
`);

export const lastNames = words(`
  Abbott Abebe Adams Ahmed Alvarez Andersen Anderson Andrews Arnold Ashby Bailey Baker Banerjee Barker Barnes Barrett
  Bauer Baumann Becker Bell Benitez Bennett Berg Bergman Bianchi Bishop Black Blake Bond Borg Bowen Boyd Bradley Brandt
  Braun Brennan Brooks Brown Bruno Bryant Burke Burns Butler Byrne Cabrera Caldwell Cameron Campbell Carlson Carr
  Carroll Carter Castillo Castro Chambers Chan Chandra Chang Chapman Chavez Chen Cheng Chopra Choudhury Christensen
  Clark Clarke Clayton Cohen Cole Coleman Collins Conti Cook Cooper Costa Cox Craig Crawford Cross Cruz Cunningham
  Curtis Dahl Dalton Davidson Davies Davis Dawson Delgado Deluca Desai Diaz Dietrich Dixon Doyle Drake Dubois Duncan
  Dunn Dupont Eaton Eder Edwards Egan Ellis Engel Eriksen Espinoza Evans Farrell Ferguson Fernandez Ferrari Ferreira
  Fischer Fisher Fitzgerald Fleming Fletcher Flores Flynn Fontaine Forbes Ford Foster Fowler Fox Franco Frank Fraser
  Friedman Fuchs Fuentes Fujimoto Gallagher Garcia Gardner Garner Gibson Gill Glover Goldberg Gomez Gonzalez Goodwin
  Gordon Graham Grant Graves Gray Greco Green Greene Griffin Gruber Guerrero Gupta Gustafsson Guzman Haas Hahn Hale Hall
  Hamilton Hansen Harper Harris Harrison Hart Hartmann Harvey Hassan Hayashi Hayes Henderson Henry Hernandez Herrera
  Hicks Higgins Hill Hoffmann Holland Holm Holmes Hopkins Horvath Howard Huang Huber Hudson Hughes Hunt Hunter Hussain
  Ibrahim Ingram Ito Ivanov Iyer Jackson Jacobs Jansen Jenkins Jensen Jimenez Johansson Johnson Johnston Jones Jordan
  Joshi Kaminski Kang Kaplan Kapoor Kato Kaufmann Keller Kelly Kennedy Kent Khan Kim Kimura King Kirk Klein Knight
  Kobayashi Koch Kowalski Kraus Kruger Kumar Kuznetsov Lambert Lang Larsen Larson Lawrence Lawson Lee Lehmann Leone
  Leroy Levine Lewis Li Lind Lindberg Liu Lloyd Lombardi Long Lopez Lowe Lucas Lund Lynch Macdonald Mackay Madsen Maher
  Mahmoud Mancini Mann Marino Markovic Marsh Marshall Martin Martinez Mason Matsumoto Matthews Maurer May Mayer Mbeki
  Mccarthy Mcdonald Mckenzie Medina Mehta Meier Mendes Mendoza Meyer Miller Mills Mitchell Molina Moore Morales Moran
  Moreau Moreno Morgan Mori Morris Morrison Moser Moss Mueller Mukherjee Murphy Murray Mwangi Nakamura Navarro Nelson
  Neumann Newman Nguyen Nielsen Nikolaidis Noble Nolan Novak Nowak Nunez Nyberg Obrien Okafor Oliveira Olsen Olson
  Ortega Ortiz Osman Owens Ozturk Page Palmer Papadopoulos Park Parker Parsons Patel Patterson Pearson Peng Pereira
  Perez Perkins Perry Petersen Peterson Petrov Pham Phillips Pierce Pinto Popescu Porter Powell Price Quinn Rahman
  Ramirez Ramos Rao Rasmussen Reddy Reed Rees Reid Reyes Reynolds Ricci Rice Richards Richter Riley Rivera Roberts
  Robertson Robinson Rocha Rodriguez Rogers Rojas Romano Romero Rose Rossi Roth Rowe Roy Ruiz Russell Russo Ryan Saito
  Salazar Sanchez Sanders Santos Sato Saunders Schaefer Schmidt Schneider Schubert Schulz Schwartz Scott Serrano Shah
  Shapiro Sharma Shaw Silva Simmons Simon Simpson Singh Smith Snyder Sokolov Solis Sorensen Soto Spencer Stein Stephens
  Stevens Stewart Stone Suarez Sullivan Sutton Suzuki Svensson Swanson Szabo Takahashi Tanaka Taylor Thapa Thomas
  Thompson Thomsen Tran Tucker Turner Underwood Uribe Valdez Vargas Vasquez Vega Verma Virtanen Vogel Volkov Wagner
  Walker Wallace Walsh Walter Wang Ward Warner Watanabe Waters Watkins Watson Weaver Webb Weber Weiss Welch Wells Werner
  West Wheeler White Whitman Wilkins Williams Willis Wilson Winkler Winter Wolf Wong Wood Woods Wright Wu Xu Yamada Yang
  Yates Yilmaz York Yoshida Young Zamora Zhang Zhao Zhou Ziegler Zimmermann
`);

export const cities = phrases(`
  Aachen, Aberdeen, Abuja, Accra, Adelaide, Albany, Algiers, Amman, Amsterdam, Anchorage, Ankara, Antwerp, Asheville,
  Athens, Atlanta, Auckland, Augsburg, Austin, Avignon, Baghdad, Baltimore, Bamako, Bangalore, Bangkok, Barcelona,
  Basel, Bath, Beijing, Beirut, Belfast, Belgrade, Bergen, Berlin, Bern, Bilbao, Birmingham, Bogota, Boise, Bologna,
  Bordeaux, Boston, Boulder, Brasilia, Bremen, Brighton, Brisbane, Bristol, Bruges, Brussels, Bucharest, Budapest,
  Buenos Aires, Buffalo, Cairo, Calgary, Cambridge, Canberra, Cape Town, Caracas, Cardiff, Carlisle, Casablanca,
  Charleston, Chennai, Chester, Chicago, Cincinnati, Cleveland, Cologne, Columbus, Copenhagen, Cordoba, Coventry, Cusco,
  Dakar, Dallas, Damascus, Danville, Darwin, Delft, Delhi, Denver, Derby, Detroit, Dhaka, Dijon, Dover, Dresden, Dubai,
  Dublin, Dubrovnik, Duluth, Dundee, Durham, Edinburgh, El Paso, Essen, Eugene, Exeter, Faro, Fargo, Flensburg,
  Florence, Frankfurt, Freiburg, Fresno, Geneva, Genoa, Ghent, Glasgow, Gothenburg, Granada, Graz, Grenoble,
  Guadalajara, Haifa, Halifax, Hamburg, Hamilton, Hanoi, Hanover, Harare, Hartford, Havana, Heidelberg, Helsinki,
  Hiroshima, Hong Kong, Honolulu, Houston, Hull, Hyderabad, Indianapolis, Innsbruck, Ipswich, Istanbul, Izmir,
  Jacksonville, Jaipur, Jakarta, Jena, Jersey City, Johannesburg, Kampala, Kansas City, Karachi, Kassel, Kiel, Kigali,
  Kingston, Kinshasa, Klagenfurt, Knoxville, Kobe, Kolkata, Krakow, Kyoto, La Paz, Lagos, Lahore, Las Vegas, Leeds,
  Leicester, Leiden, Leipzig, Lille, Lima, Limerick, Lincoln, Linz, Lisbon, Liverpool, London, Los Angeles, Louisville,
  Luanda, Lubeck, Lucerne, Lugano, Luxembourg, Lyon, Madison, Madrid, Malaga, Malmo, Manchester, Manila, Mannheim,
  Maputo, Marrakesh, Marseille, Medellin, Melbourne, Memphis, Mexico City, Miami, Milan, Milwaukee, Minneapolis, Mobile,
  Modena, Monterrey, Montevideo, Montreal, Moscow, Mumbai, Munich, Muscat, Nagoya, Nairobi, Nantes, Naples, Nashville,
  New Orleans, New York, Newark, Newcastle, Nice, Nicosia, Norfolk, Norwich, Nottingham, Nuremberg, Oakland, Odessa,
  Omaha, Oporto, Orlando, Osaka, Oslo, Ottawa, Oxford, Palermo, Panama City, Paris, Parma, Perth, Perugia, Philadelphia,
  Phoenix, Pisa, Pittsburgh, Plymouth, Portland, Porto, Portsmouth, Potsdam, Poznan, Prague, Pretoria, Quebec, Quito,
  Rabat, Raleigh, Ravenna, Reading, Regensburg, Reno, Richmond, Riga, Rochester, Rome, Rostock, Rotterdam, Rouen,
  Sacramento, Salamanca, Salem, San Antonio, San Diego, San Francisco, San Jose, San Juan, Santa Fe, Santiago, Sapporo,
  Sarajevo, Savannah, Seattle, Segovia, Seoul, Seville, Shanghai, Sheffield, Shenzhen, Siena, Singapore, Skopje, Sofia,
  Southampton, Spokane, Springfield, Stavanger, Stockholm, Strasbourg, Stuttgart, Sydney, Syracuse, Tacoma, Taipei,
  Tallinn, Tampa, Tampere, Tangier, Tbilisi, Tehran, The Hague, Thessaloniki, Tirana, Tokyo, Toledo, Toronto, Toulouse,
  Trento, Trieste, Tripoli, Tucson, Tulsa, Tunis, Turin, Turku, Utrecht, Valencia, Valletta, Vancouver, Venice, Verona,
  Vienna, Vilnius, Warsaw, Washington, Weimar, Wellington, Wichita, Windsor, Winnipeg, Worcester, Wuppertal, Wurzburg,
  Yerevan, Yokohama, York, Zurich
`);

export const countries = phrases(`
  Albania, Algeria, Argentina, Armenia, Australia, Austria, Bangladesh, Belgium, Bolivia, Brazil, Bulgaria, Cambodia,
  Cameroon, Canada, Chile, China, Colombia, Costa Rica, Croatia, Cuba, Cyprus, Denmark, Ecuador, Egypt, Estonia,
  Ethiopia, Finland, France, Georgia, Germany, Ghana, Greece, Guatemala, Hungary, Iceland, India, Indonesia, Iran, Iraq,
  Ireland, Israel, Italy, Jamaica, Japan, Jordan, Kazakhstan, Kenya, Latvia, Lebanon, Lithuania, Luxembourg, Madagascar,
  Malaysia, Malta, Mexico, Mongolia, Morocco, Mozambique, Nepal, Netherlands, New Zealand, Nigeria, Norway, Pakistan,
  Panama, Paraguay, Peru, Philippines, Poland, Portugal, Romania, Rwanda, Scotland, Senegal, Serbia, Slovakia, Slovenia,
  South Africa, South Korea, Spain, Sri Lanka, Sweden, Switzerland, Tanzania, Thailand, Tunisia, Turkey, Uganda,
  Ukraine, Uruguay, Venezuela, Vietnam, Wales, Zambia
`);

/** Made-up companies. */
export const companies = phrases(`
  Alder & Finch, Amberfold, Arctis Freight, Baywick Supply, Bellgrove Foods, Birchline, Blue Heron Tools, Bramblesoft,
  Brightwater Labs, Calloway Brothers, Cantarel Systems, Cedar Row Books, Clearfen, Cobblestone Press, Copperleaf,
  Corvani, Dalewood Farms, Driftmark, Dunmore Textiles, Eastgate Motors, Elmstead, Evenbrook, Fairlane Optics,
  Fernhill Garden, Ferro & Sons, Foxglen, Glasshouse Nine, Goldenrod Bakery, Graywing, Halden Works, Harborlight,
  Hartwell Paper, Hazelmoor, Ironbridge Parts, Juniper Street, Kestrel Design, Kingsmere Trading, Lanternfish,
  Larkspur Health, Lowfield Dairy, Maplecombe, Marrow & Pine, Meadowbank, Millrace Media, Monte Claro, Nettlebed,
  Nordvik Marine, Northlight Studio, Oakhurst Homes, Old Pier Coffee, Orlen Dynamics, Palisade Data, Pebblemill,
  Quarry Lane, Quillon, Redfern Logistics, Riverbend Sports, Rookwood, Saltmarsh, Silverbirch Travel, Stonegate Legal,
  Sunfield Energy, Tallow & Reed, Thistledown, Three Crowns Hotel, Torvald Steel, Umbra Lighting, Valewood, Vantorra,
  Westmarch, Whitecliff Bank, Willowmere, Windrush Post, Wrenfield, Yarrow Clinic, Zephyrine
`);

export const weekdays = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday");

export const months = words(`
  January February March April May June July August September October November December
`);

export const colors = words(`
  red orange yellow green blue purple violet pink brown black white gray silver gold beige cream ivory tan khaki olive
  lime mint teal turquoise cyan navy indigo lavender lilac magenta maroon crimson scarlet burgundy coral salmon peach
  apricot amber mustard bronze copper rust charcoal
`);

/** `numberWords[n]` spells n for 0 to 20; the tens from thirty to ninety and hundred follow. */
export const numberWords = words(`
  zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
  eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
`);
