/** What the demo member has told and written: `demo.ts` puts it into the database. */

/** Columns of `user_profiles`. Phone and income are left open, as with most members. */
export const demoProfile = {
  first_name: "Maya",
  last_name: "Torres",
  date_of_birth: "1988-04-17",
  gender: "Female",
  relationship_status: "Married",
  partner_name: "Daniel",
  has_children: true,
  number_of_children: 2,
  exercise_frequency: "1-2x",
  living_situation: "Own",
  time_at_location: "6 years",
  city: "Asheville",
  state: "North Carolina",
  country: "United States",
  employment_type: "Business Owner",
  occupation: "Ceramic artist with a teaching studio",
  hobbies: ["pottery", "trail running", "live bluegrass", "sourdough"],
  travel_frequency: "Twice a year",
  spiritual_practice: "Ten quiet minutes with tea before the house wakes",
  fun_story:
    "Fun used to mean music nights downtown with Daniel. Now it is mostly stolen hours: dancing in the kitchen with Inés and Leo, a trail run on Sunday, the bluegrass jam at the Grey Eagle when a sitter is free.",
  health_story:
    "I feel strongest on the trail above the Blue Ridge Parkway. Most weeks I run once and mean to run three times. My shoulders tell me how long I have been at the wheel.",
  travel_story:
    "Oaxaca in 2019 changed how I glaze. I keep a jar of clay from every place I visit, and there is space on the shelf.",
  love_story:
    "Daniel and I have been together for thirteen years. He brings me coffee at the wheel. We are good at being a team and get shy about asking for an evening that is only ours.",
  family_story:
    "Inés is nine and asks about everything; Leo is six and narrates it. My mother lives twenty minutes away and cooks with them on Wednesdays.",
  social_story:
    "I know a lot of people through the studio and see few of them outside it. Priya and I have been planning the same dinner for two months.",
  home_story:
    "A blue house with a porch that leans a little. The back room was meant to be a reading room and is where boxes live.",
  work_story:
    "Red Door Clay is five years old: eight wheels, forty students, a waiting list for the Thursday class. I love teaching beginners. The hours between classes go to e-mail instead of my own pots.",
  money_story:
    "The studio pays its bills. Some months it pays me too. I look at the account when I have to and hold my breath while I do it.",
  stuff_story:
    "Three kilns, two of them working. Everything I own has clay on it. The van is a 2009 and has opinions.",
  giving_story:
    "Once a month the studio is open to the kids from the shelter on Haywood Road. Those are the best pots anyone makes here.",
  spirituality_story:
    "Tea, the window, the ridge line turning from grey to green. Ten minutes that make the rest of the day mine.",
};

/** Answers to the seven statements of each category, 5 to 1; null does not apply. */
export const demoAnswers: Record<string, (number | null)[]> = {
  fun: [5, 4, 5, 4, 5, 4, 5],
  health: [4, 4, 3, 4, 4, 3, 4],
  travel: [4, 3, 4, 3, 4, 3, 4],
  love: [5, 5, 4, 5, 5, 5, 4],
  family: [5, 4, 4, 5, 4, 4, 5],
  social: [3, 4, 3, 3, 4, 3, 4],
  home: [4, 4, 4, 4, 5, 4, 4],
  work: [4, 5, 4, 4, 4, 5, 3],
  money: [2, 3, 2, 3, 2, 3, 2],
  stuff: [3, 3, 2, 3, 3, 2, 3],
  giving: [4, null, 3, 4, 4, null, 3],
  spirituality: [4, 4, 5, 4, 4, 4, 4],
};

/** The sections of the version that is active. */
export const demoActive: Record<string, string> = {
  forward: `I choose a life shaped the way I shape clay: with warm hands, full attention and room for surprise. I wake in the blue house on the hill, I hear Inés and Leo laughing over pancakes, and I know that this day is mine to form.

I write this vision to remember what I already feel in my best hours: the hum of the wheel, the ridge turning green, Daniel's hand on my shoulder. Each morning I read one page of it aloud with my tea, and I carry a single sentence from it into the studio and back home again.

Everything I love is already turning under my hands, and I give it its shape with joy.`,
  fun: `I enjoy play as a part of every ordinary day. The kitchen is our dance floor, Inés picks the song and Leo calls the moves, and Daniel spins me past the oven while the sourdough rises.

On Sunday mornings I run the trail above the Parkway, light on my feet, and the view at the overlook makes me laugh out loud each time. The bluegrass jam at the Grey Eagle knows my face and saves us the table by the fiddles.

Every Friday at six I put on one record and the whole house stops to listen to the first song together. Fun is the music my life already plays, and I dance along.`,
  health: `I live in a body that carries me gladly. My legs know the roots and stones of the mountain trail, my breath is deep and even, and my shoulders rest low and easy as I lift a wet bowl from the wheel.

I eat what my mother and the children cook on Wednesdays, bright with cilantro and lime, and I sleep with the window open to the sound of crickets. Before my first class I stretch my back against the cool studio wall for five slow breaths.

I notice how much strength lives in softness. My body and I are on the same side, and we move through the day as friends.`,
  love: `I choose Daniel again in small, daily ways. He sets a cup of coffee beside my wheel, I leave a note in the pocket of his jacket, and our eyes meet across the noise of breakfast as if we share a secret.

Thursday evening belongs to the two of us. My mother takes the children, we walk down to the river, and we ask each other one real question and listen to the whole answer. I say what I desire out loud, and he smiles because he was about to say it too.

After thirteen years our love is both home and adventure. I am known, I am chosen, and I choose right back.`,
  family: `I am present with the people who call me Mamá. Inés asks why the moon follows the van, Leo explains it to her, and I enjoy every word of the theory from the driver's seat.

Our table is loud and generous. On Wednesdays my mother teaches the children her mole, I taste from the wooden spoon, and the recipe grows by one story each time. At bedtime we each name one good thing of the day, and the list of good things hangs on the wall in Leo's letters.

I give my children my laughter and my unhurried attention. We are a family that listens, cooks and grows together.`,
  work: `I love walking through the red door in the morning. The studio smells of wet clay and cedar, eight wheels stand ready, and the first student of the day rolls up her sleeves and grins at me.

I teach beginners to trust their hands, and I see their faces change when the clay finds its center. The early hours are for my own pots: a full shelf of tall, quiet vases in the blue of Oaxaca evenings. I ring the small brass bell when a new piece leaves the kiln, and everybody comes to look.

My work feeds my family and the town around me. I make, I teach, and I am paid gladly for both.`,
};

/** What the draft changes of it: two sections refined, one new. */
export const demoDraft: Record<string, string> = {
  fun: `I enjoy play as a part of every ordinary day. The kitchen is our dance floor, Inés picks the song and Leo calls the moves, and Daniel spins me past the oven while the sourdough rises.

On Sunday mornings I run the trail above the Parkway with Priya, light on our feet, and we tell each other the week between two bends. The bluegrass jam at the Grey Eagle saves us the table by the fiddles, and on the first Saturday of the month I bring my mandolin and play three tunes.

Every Friday at six I put on one record and the whole house stops to listen to the first song together. Fun is the music my life already plays, and I play it with my own hands.`,
  home: `I come home to a blue house that breathes out as I open the gate. The porch holds four chairs and a long evening, the fig tree leans over the rail, and the light in the kitchen is the color of honey.

The back room is my reading room now: a green chair, my grandmother's lamp, shelves with books on one side and jars of clay from our travels on the other. Inés reads on the rug and I read above her, each of us in a different country.

Every evening I light the lamp before I sit down, and the room greets me. This house holds us, and we fill it with warmth, music and bread.`,
  work: `I love walking through the red door in the morning. The studio smells of wet clay and cedar, eight wheels stand ready, and the first two hours of the day belong to my own pots. My shelf fills with tall, quiet vases in the blue of Oaxaca evenings.

At ten the students arrive. I teach beginners to trust their hands, and I see their faces change when the clay finds its center. Sam answers the mail and keeps the calendar, and the Thursday class has a second evening so that everyone on the list has a wheel.

I ring the small brass bell when a new piece leaves the kiln, and everybody comes to look. I make, I teach, and I am paid gladly for both.`,
};
