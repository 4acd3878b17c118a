/** Ways to say that one wants something, in the parts of the English phrases. */
export const WANT =
  "want_to|want_2|wants_to|wanted_to|wanting_to|wanna|wana|wish_to|wish_i_could|would_like_to|id_like_to|" +
  "need_to|going_to|gonna|im_gonna|gotta|about_to|ready_to|plan_to|planning_to|decided_to|tempted_to|" +
  "have_to|deserve_to|intend_to|long_to|longing_to|prefer_to|will|ill|shall|should|might|could|" +
  "let_me|trying_to|try_to|rather|desire_to|hope_to";
/** Ways to want one's own death: narrower, since much is "going to die" (plants, batteries, habits). */
export const WANT_DEATH =
  "want_to|want_2|wanna|wana|wanted_to|wanting_to|wish_to|wish_i_could|would_like_to|id_like_to|i_need_to|" +
  "i_am_ready_to|im_ready_to|planning_to|decided_to|deserve_to|longing_to|let_me|prefer_to|trying_to|desire_to|waiting_to|" +
  "i_should|im_going_to|i_have_to|badly_to";
/** Before a gerund: "thinking about …". */
export const LIKE =
  "feel_like|feeling_like|think_about|thinking_about|thinking_of|thought_about|thoughts_of";
/** Negations. */
export const NO = "dont|don_t|do_not|didnt|did_not|not|never|no_longer|wont|cant|cannot|wouldnt";
/** Ways to end one's life. */
export const END =
  "kill_myself|kill_my_self|kil_myself|kil_my_self|end_my_life|end_my_own_life|end_it_all|take_my_own_life|" +
  "off_myself|unalive|unalive_myself|hang_myself|shoot_myself|drown_myself|poison_myself|" +
  "commit_suicide|suicide_myself|end_myself|delete_myself|slit_my_wrists|slit_my_throat|overdose";
/** The same as gerunds. */
export const ENDING =
  "killing_myself|killing_my_self|ending_my_life|ending_my_own_life|ending_it_all|taking_my_own_life|" +
  "offing_myself|unaliving_myself|hanging_myself|shooting_myself|drowning_myself|" +
  "poisoning_myself|committing_suicide|slitting_my_wrists|overdosing";
/** What a life cut short is never about. */
export const CALM_END =
  "!old|young_at_heart|happy|happily|knowing|having|surrounded|laughing|of_laughter|of_embarrassment|" +
  "of_happiness|of_joy|of_old_age|peacefully|in_peace|in_my_own_bed|in_my_own_home|in_bed_at|at_home|" +
  "at_ninety|at_a_hundred|at_#|with_a_smile|with_no|with_regrets|with_dignity|without|before|trying|" +
  "doing|empty|rich|broke|proud|fulfilled|for|hard|on_this_hill|on_that_hill|an_old|a_happy|" +
  "an_old_woman|an_old_man|when_i_see|when_i_hear|every_time|wondering|a_little|down|" +
  "from_laughing|from_laughter|from_embarrassment|laughing|never_having|not_knowing|on_stage|on_the_stage|with_my_boots|someday";
/** After "live": a place or a way of life, so that not life itself is meant. */
export const PLACE =
  "!in|with|like|at|on|near|so|by|under|through|off|paycheck|a|an|the|this|that|there|for|out|next|" +
  "around|as|downtown|abroad|far|close|up|from|between|where|another|someone|somebody|without_a|" +
  "without_my|without_music|under|inside|alone|together|within|outside|small|beyond|his|her|their|other|" +
  "separate|separately|apart|upstairs|anywhere|to_please|my|your|according|just_to";
/** After "not wake up": an hour or a mood, so that waking itself is meant. */
export const WAKING =
  "!until|till|before|at|so|with|to|early|next|in|the|late|my|anyone|him|her|them|everyone|tired|sore|hungover|exhausted|grumpy|angry|anxious";
/** How one is gone, after "if I were". */
export const GONE =
  "dead|gone|not_here|not_around|not_alive|to_die|to_disappear|died|disappeared|didnt_exist|wasnt_here|" +
  "wasnt_around|werent_here|wasnt_alive|werent_around|werent_alive|never_born|never_been_born|did_not_exist|killed_myself|was_never_here";

/** People a member speaks of. */
export const PERSON =
  "husband|wife|boyfriend|bf|girlfriend|gf|partner|ex|fiance|fiancee|spouse|dad|daddy|father|mom|mum|mother|" +
  "stepdad|stepfather|stepmom|stepmother|brother|sister|son|daughter|kid|child|teen|teenager|uncle|" +
  "aunt|cousin|grandfather|grandmother|grandpa|grandma|grandson|granddaughter|nephew|niece|roommate|" +
  "flatmate|friend|bestie|neighbor|neighbour|coworker|colleague|classmate|student|boss|someone|somebody|he|she";
/** Whom a member may mean to hurt. */
export const THEM =
  "him|her|them|everyone|everybody|someone|somebody|people|those_people|all_of_them|that_man|that_woman|" +
  "my_husband|my_wife|my_boyfriend|my_girlfriend|my_partner|my_ex|my_ex_husband|my_ex_wife|my_dad|" +
  "my_father|my_mom|my_mum|my_mother|my_brother|my_sister|my_son|my_daughter|my_kids|my_kid|" +
  "my_children|my_child|my_baby|my_boss|my_coworker|my_coworkers|my_colleague|my_neighbor|" +
  "my_neighbour|my_stepdad|my_stepfather|my_parents|my_family|my_teacher|my_classmates|my_uncle|my_roommate";
/** Children, whom a parent may be afraid to hurt. */
export const SMALL_ONES =
  "my_baby|the_baby|my_kids|my_kid|my_children|my_child|my_son|my_daughter|my_newborn|the_kids|the_children";
/** Someone else, to themselves. */
export const HIMSELF = "himself|herself|themselves|themself|him_self|her_self|theirself";
/** What is done to a member. */
export const DOES =
  "hits|hit|hitting|beats|beat|beating|slaps|slapped|slapping|punched|punches|punching|kicked|kicks|chokes|" +
  "choked|choking|strangles|strangled|strangling|rapes|raped|assaulted|assaults|molested|molests|molesting|" +
  "abuses|abused|abusing|threatens|threatened|stabbed|stalks|stalking";
/** After "beats me", "hits me": games, news and other figures of speech. */
export const PLAYFULLY =
  "!to_the|to_it|to_this|up|by|playing|for|" +
  "like|right|with_a_pillow|with_pillows|with_a_snowball|with_snowballs|with_an_idea|with_a_question|" +
  "with_a_joke|with_the_best|with_the_biggest|with_the_same|with_the_funniest|with_the_truth|with_questions|with_love|with_kindness|with_a_smile|with_the_news|with_a_bill|with_the_bill|back|hard_that|that|every_time_we_play|" +
  "when_we_play|because_i|out|off_the_team|on_my_birthday|off_my_feet|in_the_feels|somewhere_deep|deep|in_the_heart";
/** A time that is long past. */
export const LONG_AGO =
  "years_ago|year_ago|decades_ago|decade_ago|long_ago|lifetime_ago|when_i_was|when_i_were|as_a_teenager|as_a_teen|" +
  "as_a_kid|as_a_child|as_a_young|as_a_student|in_my_teens|in_my_twenties|in_my_thirties|in_my_youth|in_my_past|" +
  "back_then|in_college|in_high_school|in_#|at_#|at_the_age_of|once_upon|before_my_kids";
/** What brings it back to today. */
export const NOW =
  "!..14:again|lately|still|coming_back|are_back|is_back|tonight|nowadays|these_days";
