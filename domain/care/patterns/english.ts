import type { CarePatterns } from "../rules.ts";

const WANT =
  "want_to|want_2|wants_to|wanted_to|wanting_to|wanna|wana|wish_to|wish_i_could|would_like_to|id_like_to|" +
  "need_to|going_to|gonna|im_gonna|gotta|about_to|ready_to|plan_to|planning_to|decided_to|tempted_to|" +
  "have_to|deserve_to|intend_to|long_to|longing_to|prefer_to|will|ill|shall|should|might|could|" +
  "let_me|trying_to|try_to|rather|desire_to|hope_to";
const WANT_DEATH =
  "want_to|want_2|wanna|wana|wanted_to|wanting_to|wish_to|wish_i_could|would_like_to|id_like_to|i_need_to|" +
  "i_am_ready_to|im_ready_to|planning_to|decided_to|deserve_to|longing_to|let_me|prefer_to|trying_to|desire_to|waiting_to|" +
  "i_should|im_going_to|i_have_to|badly_to";
const LIKE =
  "feel_like|feeling_like|think_about|thinking_about|thinking_of|thought_about|thoughts_of";
const NO = "dont|don_t|do_not|didnt|did_not|not|never|no_longer|wont|cant|cannot|wouldnt";
/** Ways to end one's life. */
const END =
  "kill_myself|kill_my_self|kil_myself|kil_my_self|end_my_life|end_my_own_life|end_it_all|take_my_own_life|" +
  "off_myself|unalive|unalive_myself|hang_myself|shoot_myself|drown_myself|poison_myself|" +
  "commit_suicide|suicide_myself|end_myself|delete_myself|slit_my_wrists|slit_my_throat|overdose";
const ENDING =
  "killing_myself|killing_my_self|ending_my_life|ending_my_own_life|ending_it_all|taking_my_own_life|" +
  "offing_myself|unaliving_myself|hanging_myself|shooting_myself|drowning_myself|" +
  "poisoning_myself|committing_suicide|slitting_my_wrists|overdosing";
/** What a life cut short is never about. */
const CALM_END =
  "!old|young_at_heart|happy|happily|knowing|having|surrounded|laughing|of_laughter|of_embarrassment|" +
  "of_happiness|of_joy|of_old_age|peacefully|in_peace|in_my_own_bed|in_my_own_home|in_bed_at|at_home|" +
  "at_ninety|at_a_hundred|at_#|with_a_smile|with_no|with_regrets|with_dignity|without|before|trying|" +
  "doing|empty|rich|broke|proud|fulfilled|for|hard|on_this_hill|on_that_hill|an_old|a_happy|" +
  "an_old_woman|an_old_man|when_i_see|when_i_hear|every_time|wondering|a_little|down|" +
  "from_laughing|from_laughter|from_embarrassment|laughing|never_having|not_knowing|on_stage|on_the_stage|with_my_boots|someday";
const PLACE =
  "!in|with|like|at|on|near|so|by|under|through|off|paycheck|a|an|the|this|that|there|for|out|next|" +
  "around|as|downtown|abroad|far|close|up|from|between|where|another|someone|somebody|without_a|" +
  "without_my|without_music|under|inside|alone|together|within|outside|small|beyond|his|her|their|other|" +
  "separate|separately|apart|upstairs|anywhere|to_please|my|your|according|just_to";
const WAKING =
  "!until|till|before|at|so|with|to|early|next|in|the|late|my|anyone|him|her|them|everyone|tired|sore|hungover|exhausted|grumpy|angry|anxious";
const GONE =
  "dead|gone|not_here|not_around|not_alive|to_die|to_disappear|died|disappeared|didnt_exist|wasnt_here|" +
  "wasnt_around|werent_here|wasnt_alive|werent_around|werent_alive|never_born|never_been_born|did_not_exist|killed_myself|was_never_here";

/** People a member speaks of. */
const PERSON =
  "husband|wife|boyfriend|bf|girlfriend|gf|partner|ex|fiance|fiancee|spouse|dad|daddy|father|mom|mum|mother|" +
  "stepdad|stepfather|stepmom|stepmother|brother|sister|son|daughter|kid|child|teen|teenager|uncle|" +
  "aunt|cousin|grandfather|grandmother|grandpa|grandma|grandson|granddaughter|nephew|niece|roommate|" +
  "flatmate|friend|bestie|neighbor|neighbour|coworker|colleague|classmate|student|boss|someone|somebody|he|she";
const THEM =
  "him|her|them|everyone|everybody|someone|somebody|people|those_people|all_of_them|that_man|that_woman|" +
  "my_husband|my_wife|my_boyfriend|my_girlfriend|my_partner|my_ex|my_ex_husband|my_ex_wife|my_dad|" +
  "my_father|my_mom|my_mum|my_mother|my_brother|my_sister|my_son|my_daughter|my_kids|my_kid|" +
  "my_children|my_child|my_baby|my_boss|my_coworker|my_coworkers|my_colleague|my_neighbor|" +
  "my_neighbour|my_stepdad|my_stepfather|my_parents|my_family|my_teacher|my_classmates|my_uncle|my_roommate";
const SMALL_ONES =
  "my_baby|the_baby|my_kids|my_kid|my_children|my_child|my_son|my_daughter|my_newborn|the_kids|the_children";
const HIMSELF = "himself|herself|themselves|themself|him_self|her_self|theirself";
const DOES =
  "hits|hit|hitting|beats|beat|beating|slaps|slapped|slapping|punched|punches|punching|kicked|kicks|chokes|" +
  "choked|choking|strangles|strangled|strangling|rapes|raped|assaulted|assaults|molested|molests|molesting|" +
  "abuses|abused|abusing|threatens|threatened|stabbed|stalks|stalking";
const PLAYFULLY =
  "!to_the|to_it|to_this|up|by|playing|for|" +
  "like|right|with_a_pillow|with_pillows|with_a_snowball|with_snowballs|with_an_idea|with_a_question|" +
  "with_a_joke|with_the_best|with_the_biggest|with_the_same|with_the_funniest|with_the_truth|with_questions|with_love|with_kindness|with_a_smile|with_the_news|with_a_bill|with_the_bill|back|hard_that|that|every_time_we_play|" +
  "when_we_play|because_i|out|off_the_team|on_my_birthday|off_my_feet|in_the_feels|somewhere_deep|deep|in_the_heart";
const LONG_AGO =
  "years_ago|year_ago|decades_ago|decade_ago|long_ago|lifetime_ago|when_i_was|when_i_were|as_a_teenager|as_a_teen|" +
  "as_a_kid|as_a_child|as_a_young|as_a_student|in_my_teens|in_my_twenties|in_my_thirties|in_my_youth|in_my_past|" +
  "back_then|in_college|in_high_school|in_#|at_#|at_the_age_of|once_upon|before_my_kids";
const NOW = "!..14:again|lately|still|coming_back|are_back|is_back|tonight|nowadays|these_days";

/** Messages in crisis, and what only sounds like one, in English. */
export const ENGLISH: CarePatterns = {
  aside: [
    // Denied, and not worse than ever ("I have never wanted to die so badly").
    `${NO} ..1 ${WANT}|planning_on die !so|more|this|as|worse`,
    `${NO} ..1 ${WANT}|planning_on hurt_myself|harm_myself|cut_myself|${END} !so|more|this|as|worse|but`,
    `never|wouldnt|wont|would_not|will_not|not ever? hurt|hurting|harm|${END}|${ENDING} !so`,
    "not|never suicidal",
    "not|never thinking|thought|considering|talking|about? about? suicide|killing_myself|hurting_myself",
    // Others' deaths, and suicide as a subject.
    "died|dies|lost ..4 by|to|from suicide",
    `${PERSON} ..2 killed ${HIMSELF} !last|yesterday`,
    "committed_suicide !last",
    "suicide squad|squeeze|squeezes|prevention|awareness|hotline|rates|rate|research|door|doors|bomber|bombing|forest|silence|survivors|mission|pact_movie",
    "career|political|social|professional|commercial|financial|artistic|business suicide",
    "work|working|worked|volunteer|volunteering|volunteered ..4 with|for|at ..1 suicidal|suicide",
    "thesis|research|study|article|podcast|documentary|course|training|workshop|talk|book|paper on|about ..2 suicide|suicidal|self_harm",
    "clients|patients|callers|people|teens who|with|that ..2 suicidal|suicide",
    "suicidal|self_harming patients|clients|teens|people|youth|veterans|callers",
    `novel|film|movie|book|character|characters|story|series|episode|hero|heroine|villain|juliet|romeo|opera|poem|song|lyrics|scene|documentary|game|myth|play ..12 kill|kills|killed|killing|hang|hangs ${HIMSELF}`,
    // Idioms.
    "could_have|couldve|nearly|almost|practically killed myself laughing|on|in|for|over|falling|tripping|skiing|trying|running|climbing|getting|carrying|slipping|racing",
    "could kill myself for|over",
    "where|direction ..5 take my_life",
    "before|until|till|when|after|day|once i|we|you ..1 die|died|am_dead",
    "found|gave_me|have|gives_me|is|are|many|another|new|every|much reason|reasons|more? to_live_for|to_live",
    "beat|beats|beating|hit|hits|crushes|destroys|kills ..4 at|in ..2 chess|tennis|cards|poker|golf|darts|pool|ping|scrabble|monopoly|kart|chess_again|games|game|race|trivia|checkers|badminton|squash|bowling|uno|fifa|basketball|padel|pickleball|everything",
    "kill|killing|killed|kills myself ..1 laughing|to_meet|to_finish|to_get|to_please|to_make|at_work|at_the_gym|with_work|working|over|studying|trying|training|with_laughter|for_a_raise|for_forgetting|for_this_company|for_that_job",
    "dont|not|stop kill|killing yourself|yourselves",
    "kill|shoot|murder|strangle|choke|stab !myself ..6 haha|hahaha|lol|jk|just_kidding|kidding|joking|kindness|just_joking",
    "shoot|shooting|shot myself ..1 in_the_foot|in_the_mirror|on_film|with_my_camera|with_a_camera",
    "drown|drowning|drowned myself in work|chocolate|music|books|coffee|ice_cream|tv|netflix|tea",
    "hang|hanging myself up|out",
    "overdose|overdosed|overdosing on chocolate|sugar|sunshine|coffee|caffeine|cake|cheese|joy|love|sun|tv|netflix|christmas|vitamin|cookies|candy|pizza",
    "jump|jumping|leap ..12 bungee|bungy|parachute|skydive|skydiving|paraglider|paragliding|harness|ziplining",
    "bungee|bungy|skydive|skydiving|parachute ..12 jump|jumping|leap off|from|out",
    "#|ten|five|twenty|fifty|few|many|hundred|thousand|more|these|those|the kms",
    "rather be_dead|die|be_caught_dead than wear|eat|go|watch|work|listen|drive|drink|sing|miss|use|see|buy|sit|spend|visit|commute|admit",
    "end|ending my_life|my_own_life as|in_the|in_this|in_that|in_banking|in_corporate|in_finance|in_tech|in_sales|in_town|here|there",
    "end|ending of_my_life",
    "take|taking my_own_life into|in|to|back|seriously",
    "end|ending|ended it_all|it|things with_him|with_her|with_them|with_my|with_that|with_this|on_good",
    "reason|point|sense|use ..1 live|living|being|existing|going_on in|downtown|here|there|with|near|at|on|by|like|a|holiday|vacation|to",
    "cut|cutting|cuts myself ..1 some|a|off|loose|out|short|shaving|chopping|cooking|opening|slicing_bread|on|while|from|gardening|peeling|with_a_kitchen|by_accident|accidentally|making",
    "cut|cuts|cutting|burned|burnt|burn|scratched|hurt ..3 arm|arms|wrist|wrists|hand|skin|leg on|while|cooking|baking|shaving|gardening|climbing|at_the_beach|in_the_sun|skiing|running|playing|at_work|with_hot",
    "hurt|hurting|hurts|harm myself ..1 skiing|running|at|in_the_gym|in_yoga|in_training|on_the|on_a|on_my|lifting|playing|training|financially|while|by|during|doing|falling|climbing|cycling|moving|in_a_race|snowboarding|dancing|hiking|surfing",
    "bang|banging|hit|hitting my_head against|on ..1 wall|desk|keyboard !..6:bleed|bleeds|bleeding|blood|punish",
    "punish|punishing myself with|for_eating|for_the_past|for_my_past|for_mistakes|for_my_mistakes|for_not|for_old|for_what|at_the_gym|in_the_gym|for_having|for_being_human",
    "said|says|threatened|threatens|swore|told_me ..6 kill|hurt|murder me|us if_i buy|bring|eat|forget|spoil|miss|dont_call|dont_come|dont_visit|am_late|get_another|adopt|paint|tell_the|cancel",
    "boss|manager|teacher|coach|dog ..8 afraid|scared|terrified of_him|of_her",
    "hurt|hurting ..3 feelings|pride|chances|knee|business",
    "kill|killing|killed it",
    "kill|killing them|everyone|everybody on_stage|on_the_dance_floor|with_laughter",
  ],
  past: [
    `${LONG_AGO} ..14 tried_to|attempted_to|wanted_to|almost|nearly|planned_to|had_plans_to|thought_about|think_of|thought_of|going_to ..1 die|${END}|${ENDING}|suicide|killed_myself|took_my_own_life|ended_my_life|take_my_life|taking_my_life ${CALM_END} ${NOW}`,
    `tried_to|attempted_to|wanted_to|nearly|almost ..1 die|${END}|killed_myself|ended_my_life|took_my_own_life|take_my_life ${CALM_END} ..10 years_ago|year_ago|decades_ago|decade_ago|when_i_was|as_a_teenager|as_a_teen|as_a_kid|as_a_child|in_my_teens|in_my_twenties|in_my_youth|back_then|in_college|in_high_school|in_#|at_# ${NOW}`,
    `survived|survive|surviving|survivor|recovered ..4 suicide|suicide_attempt|my_attempt|attempt|overdose ${NOW}`,
    `${LONG_AGO} ..10 attempted_suicide|suicide_attempt|attempt_suicide|attempt_at_suicide|overdosed|suicidal|self_harm|self_harmed|cut_myself|hurt_myself|harmed_myself|cutting_myself ${NOW}`,
    `attempted_suicide|suicide_attempt|suicide_attempts|attempt_suicide|overdosed|was_suicidal|cut_myself|self_harmed ..10 years_ago|year_ago|decades_ago|decade_ago|when_i_was|as_a_teenager|as_a_teen|in_my_teens|in_my_twenties|in_my_youth|back_then|in_college|in_high_school|in_#|at_# ${NOW}`,
    `used_to ..4 suicidal|self_harm|self_harming|cut_myself|hurt_myself|harm_myself|want_to_die|want_to_kill_myself|think_about_suicide|think_about_killing_myself ${NOW}`,
    `i_was|i_were suicidal !this|last|yesterday|today|tonight ${NOW}`,
  ],
  worry: [
    "found|find|finding|discovered|read ..2 suicide|goodbye note|letter",
    `${PERSON} ..8 kill|killing|hurt|hurting|harm|harming|cut|cutting|cuts|hurts|harms|hang|hanging|shoot|shooting|poison|drown|starve|starving|burning|unalive|offing ${HIMSELF} !at|skiing|playing|chopping|shaving|laughing|working|some|with_work|short|off|to_get`,
    `${PERSON} ..8 end|ending|take|taking his_life|her_life|their_life|his_own_life|her_own_life|their_own_life|it_all`,
    `${PERSON} ..4 is|are|feels|hes|shes|theyre|seems|sounds|be|been|was|being|feeling ..2 suicidal`,
    `hes|shes|theyre ..2 suicidal`,
    `${PERSON} ..6 wants_to|want_to|wanted_to|wanting_to|wishes_to|going_to|wants die|be_dead|be_gone ${CALM_END}`,
    `${PERSON} ..5 wishes|wished|wish he|she|they was|were|wasnt|werent|had|could dead|alive|never|die|here`,
    `${PERSON} ..5 doesnt|does_not|didnt|dont|no_longer|not ..1 want|wants to live|be_alive|exist|be_here_anymore|go_on_living|be_around ${PLACE}`,
    `${PERSON} ..6 suicide|suicidal_thoughts|suicidal_ideation|suicide_note|self_harm|self_harms|self_harming|selfharming|selfharm|overdosed|overdose|od_ed|goodbye_note`,
    `${PERSON} ..3 took|swallowed|taken|swallowing ..4 pills|tablets|meds|sleeping_pills|paracetamol|tylenol !for|against|for_a`,
    `worried|scared|afraid|terrified|fear ..4 he|she|they|hell|shell|theyll|${PERSON} ..6 overdose|suicide|kill_himself|kill_herself|do_something_stupid|harm_himself|harm_herself`,
  ],
  suicide: [
    `${WANT_DEATH} ..1 die|dye|be_dead ${CALM_END} !..6:hair|color|colour|wool`,
    "i|im|ill ..1 going_to|gonna|will|am|ill|be die|be_dead|dead tonight|today|tomorrow|soon|by_tomorrow|by_morning !tired",
    `${LIKE} dying|being_dead|my_own_death !of|my|to|for|old`,
    `${END} !so_much`,
    `${ENDING} !prevention`,
    "killed myself !for|laughing|over|in|on|with",
    "take|taking my_own_life",
    "take|taking|took|end|ending my_life $",
    "take|taking my_life tonight|today|tomorrow|because|by|soon",
    "about|of|consider|considering|contemplating taking my_life !in|back|to|into|seriously|as|on|from|and_turning",
    "end|ending|ended it|things|everything tonight|today|now|forever|for_good|once_and_for_all|already|myself|permanently",
    `${WANT} end_it $`,
    "want|wish|need everything|it_all|all_of_it|life|my_life|the_pain|this_pain to_be_over|to_end|to_stop|was_over|would_end|would_stop $",
    "want|wish|need it|this|everything|it_all|all_of_it|life|my_life|the_pain|this_pain ..1 to_be_over|to_end|to_stop|over forever|for_good|already|tonight",
    `${WANT}|want ..1 out_of this_life|this_world|life|existence|my_life !in`,
    `${WANT} not_exist|cease_to_exist|stop_existing|stop_living|stop_being_alive|stop_breathing|not_be_alive|not_be_here_anymore|not_live_anymore`,
    "cease|ceased|ceasing|stop|stopped|stopping to_exist|existing !as|in|at|on",
    `${WANT}|just disappear|vanish forever|for_good|for_ever|from_this_world|from_the_world|from_this_earth|from_existence|from_life|completely_and`,
    `${NO} ..1 want_to|wanna|wish_to|want_2|wanting_to|going_to live ${PLACE}`,
    `${NO} ..1 want_to|wanna live without_him|without_her|without_them`,
    `${NO} ..1 want_to|wanna live in_this_world|on_this_earth|on_this_planet|in_my_body_anymore`,
    `${NO} ..1 want_to|wanna wake_up tomorrow|again|anymore|ever|in_the_morning|$`,
    `${NO} ..1 want_to|wanna do life|this_life`,
    "cant|cannot do life|this_life",
    "dont|not think ..4 make_it through|to|past the_night|tonight|tomorrow|this_night|the_weekend|the_week_alive",
    "i|ive|just ..1 overdosed !on",
    "stockpiling|stockpiled|stockpile|hoarding|hoarded ..2 pills|meds|medication|tablets|insulin",
    "ill|i_will|im_gonna|im_going_to be_dead tomorrow|soon|by|tonight|before|when_you",
    "tomorrow|tonight|soon ..1 ill|i_will|im_gonna|im_going_to be_dead !tired",
    "feel|feeling|felt|feels ..1 suicidal",
    `${NO} ..1 want_to|wanna|wish_to be_alive|exist|be_living|keep_living|keep_on_living|go_on_living|continue_living|be_on_this_earth|be_in_this_world|be_of_this_world|carry_on_living|stay_alive|see_tomorrow|be_breathing !as|in_a|on_paper|just`,
    `${NO} ..1 want_to|wanna be_here|be_around anymore|any_more|any_longer|no_more $`,
    `${NO} ..1 want_to|wanna be_here|be_around anymore|any_more|any_longer and|because|i|im|please|life|nobody|everything`,
    `${NO} ..1 want_to|wanna|able_to|how_to go_on|carry_on|keep_going $`,
    "cant|cannot|can_not|dont_know_how_to ..1 go_on|carry_on anymore|any_more|any_longer|living|without_him|without_her|much_longer|and_i_want",
    "cant|cannot|can_not ..1 go_on|carry_on like_this|this_way anymore|any_longer|$",
    "cant|cannot|can_not ..1 go_on|carry_on $",
    "cant|cannot|can_not|couldnt take|bear|stand|handle|endure|face ..3 living|being_alive|to_live|to_be_alive|life|to_exist !in|with|here|there|alone|like|coach|changes",
    "no|not|isnt|lost|without|find|any|see|the|whats|have|a|there ..2 reason|reasons|point|sense|purpose|will|wish|desire to|in|of|for ..1 live|be_alive|living|being_alive|exist|existing|going_on_living|go_on_living|keep_living|staying_alive|stay_alive|keep_going|going_on|waking_up",
    "nothing|nobody|noone|no_one left? ..1 to_live_for|left_to_live",
    "not|isnt|aint|no_longer|hardly|never|nothing worth|worth_it living !in|there|at|for",
    "life|living is|isnt|isn_t|not|seems ..2 worthless|not_worth_it|pointless_and_i",
    "tired|sick|exhausted|weary|done|finished of|with|from? living|being_alive|existing|life !in|out|with|paycheck|at|on|like|for|here|there|a|small|my|someone|other|according|under|by|through|coach|changes|of|lived",
    "tired|sick|weary of being alive|here_on_earth",
    "done|finished living|existing !in|with|like|for|paycheck|a|by|at|out|on|small|my|someone|under|other|here|room",
    "done with life|living|existing $",
    "give|gave|giving|given up on life|living $",
    "given|give|giving|gave up_on_living|up_on_my_life",
    `better_off|better|happier|easier|best|relieved ..5 if_i|when_i|once_i|with_me|that_i ..2 ${GONE}`,
    "would|will|d|ll ..1 be ..1 better|happier|fine|easier|best|place without_me !at|on|as|doing|having|micromanaging|managing",
    "are|is|were happier without_me !at|on|as|doing|having",
    "better_off|better_place|happier without_me !at|on|as|doing|having",
    "better_off dead|not_alive|six_feet",
    "better_off|better|happier|easier ..3 if|when|once im|i_am gone|dead|not_here|not_around",
    "would|d|id|be happier|easier|better|simpler|relief ..2 dead|to_be_dead|if_i_died|if_i_was_dead|if_i_were_dead !to_me",
    "be easier|better|happier|simpler ..1 dead|to_be_dead|if_i_died",
    "use|using|turn it|the_gun|the_knife on_myself",
    "join|be_with my ..1 dead|late|deceased|husband_in_heaven|wife_in_heaven",
    "join|be_with him|her|them|mom|dad in_heaven|on_the_other_side|in_the_grave",
    "dont|not|doesnt ..1 care ..1 if|whether i|i_even live|die|wake_up|survive|i_wake_up",
    "wont|will_not|not_gonna be_here tomorrow $",
    "why am_i|i_am ..1 alive|breathing|living|even_alive !such",
    "going_to|gonna|about_to|ready_to jump $",
    "tried_to|attempted_to|trying_to take_my_life",
    `nobody|noone|no_one|none|who|anyone|anybody would|will|d|ll|even ..2 miss_me|notice|care|cry|mind ..3 if_i|when_i|once_i ..2 ${GONE}`,
    "nobody|noone|no_one|none|not_a_soul ..1 would|will|wouldve|d ..1 miss_me !at|on",
    "^ ..6 kms $",
    "wanna|want_to|gonna|might|just|should|ll|ill|will|rather|imma|ima|literally|finally|could|must ..1 kms|ctb|unalive|sewerslide|neck_myself|off_myself|self_delete",
    "unalive|unaliving|sewerslide myself|tonight|thoughts",
    "^ suicide|suicidal|suicide_thoughts $",
    "wish|wished|wishing ..1 i was|were|am|be|had_been ..1 dead|never_born|not_alive|not_here_anymore|gone_forever|buried",
    "wish|wished|wishing ..1 i wasnt|werent|was_not|were_not|wouldnt_be alive|born|living",
    "wish|wished|wishing ..2 i|id had|d|was|were|wasnt|never ..2 never been? born|existed",
    "wish|wished|wishing ..1 id|i_had never existed|been_born",
    "wish|wished|wishing ..1 i didnt|did_not|could_not|could_just_not exist|wake_up|have_to_live|live",
    `wish|hope|pray|praying|hoping|wishing|dream|dreaming|beg|begging ..3 i|id|id_just ..7 never|not|dont|didnt|wouldnt|wont|couldnt|do_not ..1 wake_up|woke_up|awake ${WAKING}`,
    `want_to|wanna|want_2|would_like_to|id_like_to|love_to|wish_to|prefer_to|rather ..5 never|not ..1 wake_up|awake|waking_up ${WAKING}`,
    "sleep|asleep and never|not ..1 wake_up !until|till|before|at",
    "wish|hope|pray|praying|hoping|wishing ..3 i|god|something|someone|lightning ..2 die|died|dies|dont_survive|killed_me|kills_me|kill_me|would_kill_me|takes_me|take_me|get_cancer !of|laughing|old|happy|with|a|before|knowing|to|at",
    "hope|wish|pray|praying|hoping ..3 i|a|me get|got|gets|hits|would_hit|hit hit|run_over|killed|me|by ..3 truck|car|bus|train|lorry|$",
    "hope|wish|pray i get|got|would_get hit_by|run_over_by|killed|shot",
    "sleep|go_to_sleep|fall_asleep|asleep forever|for_ever|for_eternity|and_never_wake|and_not_wake_up|permanently !until|at|by",
    "rather be_dead|die|not_exist|not_be_alive $",
    "rather be_dead|die|not_exist|not_be_alive than live|be_here|be_alive|go_on|keep|continue|wake|face|feel|suffer|exist|go_through",
    "dont|do_not|didnt|not deserve|deserving to_live|to_be_alive|to_exist",
    "dont_know|not_sure|unsure|dont_think|doubt if? that? i_want_to|i_wanna|i_should|i_deserve_to|i_can live|be_alive|exist|keep_living|be_here_anymore !in|with|at|near|there|on|like",
    "i|im|ive|id ..1 feel|feeling|felt|been|being|so|still|really|very|getting|get|am|super|kinda|i|im|actively|passively ..1 suicidal !patients|clients|people",
    "suicidal today|tonight|again|right_now|rn|now|lately|thoughts_again",
    "i|im|my|having|these|with|get|got|me ..5 suicidal thoughts|thinking|ideation|ideations|feelings|urges|tendencies|impulses|mood",
    "think|thinking|thought|thoughts|considering|contemplating|considered|contemplate|fantasizing|fantasising|dreaming|obsessed|planning|plan|researching|googling ..1 of|about|on|with|my? ..1 suicide|ways_to_die|dying_by|how_to_die|my_own_death|my_suicide",
    "considering|contemplating|contemplated|planning|attempt|attempted|attempting ..1 suicide",
    "my|a|the|our suicide|goodbye_note suicide? note|letter|plan|attempt|method|date",
    "my|wrote|written|write|writing|left|leaving ..2 suicide|goodbye|farewell note|notes|letter|letters !to_my_boss|to_the_team|to_my_team|to_my_employer|to_my_old|to_work|to_my_younger|to_my_past|to_my_former|to_my_future|to_my_colleagues|to_my_job|to_alcohol|to_sugar|to_fear|to_the_old",
    "suicide is|seems|feels|looks|sounds ..2 only|best|answer|solution|way|option|easiest|easier|better|on_my_mind",
    "only|other|best|last|easy|easiest ..2 way|way_out|option|solution|escape|choice|exit|answer|thing ..4 suicide|death|die|dying|being_dead|to_end_my_life|kill_myself",
    "way_out|escape ..4 death|dying|suicide|to_die|being_dead",
    "death is|would_be|seems|feels|sounds|looks ..2 relief|only|better|easier|peaceful|option|answer|release|comforting|inviting|way_out",
    "planning|plan|planned|plans|imagining|imagine|picture|picturing|fantasize|fantasizing ..1 my_death|my_own_death|my_suicide !..8:hundred|old|grandchildren|eulogy|exercise",
    "least_painful|painless|quickest|easiest|fastest|best|good|effective|how ..3 way|method|ways|do_i|can_i|to|would_i ..1 die|kill_myself|end_my_life|end_it|hang_myself|overdose|suicide|commit_suicide !my|hair|a|wool|old|happy|to|for|hard|is",
    "how_many|how_much|what_dose|lethal ..8 to_die|to_overdose|to_kill_me|to_kill_myself|to_kill_a_person|to_od|would_kill_me|it_take_to_die|lethal|dose_of|to_end_it|be_fatal",
    "took|swallowed|swallow|swallowing|downed|saved|saving|stockpiling|stockpiled|want_to_take|going_to_take|gonna_take|will_take|just_taken ..3 all|whole|entire|full|bottle|bunch|handful|enough|too_many|lots ..3 pills|meds|medication|tablets|paracetamol|tylenol|xanax|sleeping_pills|painkillers !away|for_my_trip|from_the_doctor",
    "pills|tablets|meds|rope|noose|gun|razor|knife|blade ..4 in_my_hand|in_my_hands|in_front_of_me|beside_me|to_my_head|is_ready|is_loaded|around_my_neck|on_my_lap|ready_to_use",
    "pills|tablets|meds|gun|rope ..10 take_them_all|take_all|end_it|swallow|hang|final|goodbye",
    "noose|nooses",
    "jump|jumping|step|stepping|walk|walking|run|running|throw_myself|throwing_myself|leap in_front_of ..2 train|truck|bus|car|traffic|lorry|subway|tram !for|to_save",
    "almost|nearly jumped|stepped|threw_myself off|in_front_of|from ..2 bridge|roof|train|bus|building|balcony|platform|truck",
    "standing|stood|sat|sitting on|at ..2 ledge|railing|edge_of_the_roof|edge_of_the_bridge",
    "jump|jumping|throw_myself|throwing_myself|lie|lying under|before|onto|on ..2 train|truck|tracks|rails|subway",
    "walk|walking|step|stepping|run|running into oncoming|traffic|the_traffic",
    "jump|jumping|leap|leaping|throw_myself|throwing_myself off|from|out_of|over ..3 roof|rooftop|building|bridge|balcony|window|ledge|overpass",
    "drive|driving|crash|crashing|steer|steering|swerve|swerving|ram ..3 into ..2 tree|wall|oncoming|pole",
    "drive|driving|steer|steering|swerve|swerving ..3 off ..2 bridge|cliff|road",
    "slit|slitting|open|opening my wrists|wrist|veins|throat",
    "say|said|saying goodbye to_the_world|to_life|to_this_world|forever",
    "say|saying goodbye to_everyone|to_everybody tonight|forever|for_good|for_the_last",
    "gave|giving|give my ..6 away|belongings|things ..6 goodbye|letters|farewell",
    "tonight it|everything|it_all will_be_over|will_all_be_over|ends|is_over",
    "tonight|tomorrow|today ..3 will_be_dead|is_my_last_day_alive|my_last_night_alive",
    "my last day|night|hours on_earth|alive",
    "wont|will_not|not_gonna be_alive|be_around tomorrow|next_week|much_longer|anymore",
    "im|i_am|am|feel|feeling ready to|for die|death|to_go_forever|meet_my_maker|leave_this_world|leave_this_life|leave_this_earth !for",
    `${WANT} leave this_world|this_earth|this_life|this_planet|the_world|earth_forever !better|a|behind_in|with|of`,
    `${WANT} do_something_to_myself`,
    "too much|painful|hard|tired to_live|to_be_alive|to_stay_alive|to_keep_living !in|with|here|for",
    "i|im shouldnt|should_not|dont|wasnt|not ..1 be_alive|exist|meant_to_be_alive|meant_to_live|belong_in_this_world|supposed_to_be_alive !as|in|on",
  ],
  harm_to_others: [
    `i|im|ill|ive|id ..4 want_to|wanna|going_to|gonna|plan_to|planning_to|will|ill|need_to|have_to|ready_to|planning_on|fantasize_about|tempted_to ..1 kill|murder|stab|strangle|poison|shoot|suffocate|killing|stabbing ${THEM} !an|a|some|at|the|in_the_garden|in_black|feelings|with_kindness|for_the_cover|again_at`,
    `^ ..2 want_to|wanna|gonna|going_to kill|murder|stab|strangle|shoot ${THEM} !an|a|some|with_kindness`,
    `i|im|ill ..2 am? kill|murder|stab|killing him|her|them|everyone tonight|tomorrow|soon|today|if_he|if_she`,
    `thoughts|thinking|thought|fantasies|fantasize|fantasizing|fantasising|images|dream|dreaming|urge|urges|impulse ..2 about|of|to ..1 killing|hurting|stabbing|harming|shooting|strangling|murdering|suffocating|kill|stab|hurt|strangle|harm ${THEM}|people !feelings`,
    `afraid|scared|worried|terrified|fear|frightened ..2 i|ill|im|id|that_i|of ..4 hurt|harm|kill|shake|hurting|harming|killing|drop|smother ${SMALL_ONES}|my_wife|my_husband|someone !feelings|by|if_i_move|if_i_leave|if_i_get|if_we|if_i_divorce|if_i_work|when_we|when_i_leave|emotionally|with_the_divorce|when_i_tell`,
    `afraid|scared|worried|terrified ..2 i|ill|im|of ..4 kill|killing ${THEM}`,
    "i_have|i_got|i_bought|ive_got|with|i_own|grab ..3 gun|knife|weapon|axe|hammer ..8 kill|stab|shoot|hurt|murder|attack",
    "shoot|shooting|blow|blowing|burn|burning up|down my|the|this|our school|office|workplace|university|church|building|house|place !bridge",
    "shoot|kill|murder everyone|everybody|people|them_all|all_of_them at|in|on|around|and",
    "i|im|ive|my|having ..4 homicidal",
    "want_to|wanna|going_to|gonna|urge_to hurt|harm|injure him|her|them|someone|somebody|people badly|physically|so_badly|real_bad|seriously|$ !feelings",
    "make|makes ..3 pay with_their|with_his|with_her life|lives|blood",
    "i ..2 shook|hit|slapped|hitting|choked|punched|strangled my_baby|my_kid|my_child|my_kids|my_children|my_daughter|my_son|my_wife|my_girlfriend|my_husband|my_boyfriend !with|up|playing",
  ],
  abuse: [
    `${PERSON} ..2 ${DOES} me|us ${PLAYFULLY}`,
    `${PERSON} ..3 ${DOES} my|our|the kids|children|son|daughter|baby|mother|mom|mum|sister|little_brother !at|in|up|with_a_pillow|again_at|s|knee|feelings`,
    `${PERSON} ..2 beat|beats|beating|beaten|beated me_up`,
    "beat|beats|beating me|us when|because|if|again|black|with_his|with_a_belt|almost|every_night|last_night|for_nothing|bloody",
    "hits|hitting me|us when|because|if|again|with_his|with_a_belt|almost|every_day|$",
    "i|im|ive|id ..1 was|got|am|been|being|were ..1 raped|molested|sexually_abused|sexually_assaulted|abused|assaulted|beaten_up|strangled|gang_raped|drugged_and|trafficked|groped|choked|stalked|beaten_by_my|beaten_by_him|beaten_by_her|hit_by_my|hit_by_him|held_captive|held_against !for|my_trust|as_an_intern|as_a_trainee|by_that_company",
    "im abused|raped|beaten_up",
    `${PERSON}|they|man|who ..2 tried_to|trying_to|wants_to|wanted_to|attempted_to|going_to strangle|rape|choke|stab|drown|beat|suffocate|hit me|us !at|up`,
    `${PERSON}|they|man|who ..2 tried_to|trying_to|wants_to|wanted_to|attempted_to kill|murder me|us !with|at|laughing|when_i|because_i|if_i|for`,
    "hes|shes|he_is|theyre going_to|gonna kill|beat|hurt me|us !if|when|for|with|because|at|by",
    "forces|forced|forcing himself|herself|themselves on|onto|upon me|us",
    "afraid|fear|scared|terrified|feared for my_life|my_safety|our_lives !choices|savings",
    "bruises|bruise|bruised|black_eye ..4 he|she|husband|boyfriend|partner|him|father|wife !playing",
    "in_danger at_home|with_him|with_her|from_my|from_him",
    "man|guy|woman|someone|person|husband|partner|boyfriend who|i_live_with|that ..1 hits|beats|rapes|abuses|chokes|hurts me|us",
    "raped|molested|sexually_assaulted|sexually_abused|gang_raped me",
    "me raped|molested",
    "physically|sexually|emotionally|verbally abused|abusive|abuses|abusing|assaulted|assaulting|violent me|to_me|towards_me|toward_me|with_me|by",
    `${PERSON} ..2 is|are|was|gets|became|becomes|hes|shes|s ..2 violent|abusive|physically_abusive|abusing|hitting_me|beating_me|controlling_and_violent`,
    "hes|shes ..1 abusive|violent|beating|hitting|abusing|raping !the|at_tennis",
    "im_in|i_am_in|still_in|stuck_in|trapped_in|escape|escaping|living_in|cant_leave|live_in|out_of a|an|this|my? abusive|violent|physically_abusive relationship|marriage|home|household|house|partner|husband !years|in_my_twenties|once|as !..3:ago",
    "threatened|threatens|threatening|threat|threats|says|said|told_me|swore|swears|promised|promises|keeps_saying ..4 he|she|they|hed|hell|shell|shed|theyll|to|of ..3 kill|killing|hurt|beat|harm|stab|shoot|strangle|murder|rape|burn me|us|my_kids|our_kids|my_children|the_kids",
    "threatened|threatens|threatening|threaten me|us with|every|again|to_hurt|and|physically|at",
    `scared|afraid|terrified|fear|fearing|worried|frightened|think ..4 ${PERSON}|they|hell|shell|theyll ..4 kill|hit|beat|strangle|harm|rape|hurt me|us !..5:laugh|emotionally|tennis`,
    "scared|afraid|terrified|frightened of my|him|her_when|his? husband|boyfriend|partner|father|dad|ex|wife|stepfather|stepdad|girlfriend|temper|fists|violence !s|leaving|being|not|judging|dying|finding|losing|and_his_opinion|getting_older|getting_sick !..6:death",
    "scared|afraid|terrified|frightened of_him|of_my_ex|of_my_own_husband|of_my_own_father $",
    "scared|afraid|terrified|frightened|dont_want|unsafe to go|come|be|stay|sleep home|at_home|alone_with_him|in_my_own_home|with_him !alone_at|early|for|to_an_empty|and_tell",
    "not|dont|never|doesnt|isnt ..1 feel_safe|safe|be_safe at_home|in_my_home|in_my_own_home|in_this_house|with_him|with_her|around_him|with_my_husband|with_my_boyfriend|with_my_partner|in_my_house",
    "hands|hand|fingers around|on|round my throat|neck !and_massaged|to_massage",
    "forced|forces|forcing|made|makes|coerced|pressures me|us ..1 to|into|have ..2 sex|have_sex|sexual|touch_him|touch_her",
    "sex ..3 against_my_will|without_my_consent|when_i_said_no|when_i_say_no",
    "comes|came|comes_in into_my_room|into_my_bed|in_my_room|in_my_bed ..4 night|touches|touched",
    "touches|touched|touching|groped|gropes|grabs me ..6 dont_want|dont_like|without|inappropriately|sexually|down_there|my_breasts|at_night",
    "wont|doesnt|does_not|not|never let|lets|allow|allows|allowed|letting me ..1 leave|leave_the_house|go_out|see_my_family|out_of_the_house|out_of_the_room|use_my_phone|see_my_friends|have_money|talk_to_anyone !early|work|the_table",
    `${PERSON} ..2 locks|locked|locking me ..1 in|inside|up`,
    `${PERSON} ..2 keeps|kept|holds me ..1 prisoner|locked|captive|hostage`,
    "victim|survivor|experiencing|suffering|suffer|live_with|living_with|fleeing|escaping of|from? domestic_violence|domestic_abuse|abuse_at_home",
    "pulled|pointed|points|held|put|pulls a|the gun|knife on_me|at_me|to_my|against_me",
    `${PERSON} ..2 threw|throws|throwing things|plates|stuff|objects|glasses|bottles|chairs at_me`,
    "slammed|slams|threw|throws|pushed|pushes|shoved|shoves me against_the_wall|against_a_wall|against_the_door|down_the_stairs|to_the_floor|to_the_ground|onto_the_floor",
    "dragged|drags|pulled|pulls me by_my_hair|by_the_hair|across_the_floor",
  ],
  self_harm: [
    "arms|wrists|thighs|forearms ..4 cuts|fresh_cuts",
    "self|selfharm|selfharming harm|harming|harmed|injury|injuring|injure|mutilate|mutilation|mutilating",
    "selfharm|selfharming|selfharmed|selfinjury",
    "cut|cutting|cuts|slice|slicing|slashed|slashing|scratching|burning|burn myself !some|out|off|a|loose|shaving|down|on|while|at",
    "cut|cutting|cuts|slice|slicing|slash|slashing|burn|burning|carve|carving|scratch|scratching my ..2 arms|arm|wrists|wrist|thighs|thigh|skin|forearm|forearms|legs_again|stomach !off|on_the",
    "hurting|harm|harming|injuring|mutilate|mutilating|punishing|stabbing myself $",
    "^ ..2 hurt|punish|injure myself $",
    "hurt|hurting|harm|harming|injure|injuring|mutilate|mutilating|punish|punishing myself when|because|again|on_purpose|to_feel|every|at_night|to_punish|and|tonight|so|to_cope|intentionally|deliberately|with_a|physically|or|if|badly|anymore|lately|right_now|for_being",
    `want_to|wanna|need_to|going_to|gonna|urge_to|urges_to|keep|cant_stop|started|start|like|about|stop|deserve_to|deserve hurt|hurting|harm|harming|be_hurt|injure myself|my_body`,
    `want_to|wanna|need_to|have_to|deserve_to|going_to punish myself !for_eating|for_that`,
    "urge|urges|urged|impulse|craving|crave to cut|burn|self_harm|bleed|hurt_myself !sugar|carbs|back|calories|ties|down|my_hair|the",
    "feel|feeling|felt|thinking_about|think_about|back_to|relapsed|resist|resisting|want_to_start|started|miss like? ..2 cutting $",
    "feel_like|feeling_like|relapsed|started|back_to|thinking_about|miss ..2 cutting again|tonight|right_now|myself|now|after|today|rn !costs|corners|sugar",
    "make|making|made myself throw_up|vomit|puke|bleed|sick_after",
    "i ..1 cut again $",
    "been|started cutting for|since|again|myself|$ !costs|corners",
    "hurt|hurting|cut|cutting|burned|burn|injured|harmed myself|my_arm|my_arms|my_skin|my_leg|my_legs ..4 on_purpose|intentionally|deliberately",
    "starving|starve myself !of|for_time|artistically",
    "hit|hitting|punch|punching|bang|banging ..7 until ..2 bleed|bleeds|bleeding|bruise|bruised|blood|pass_out",
    "burn|burning|burned ..3 skin|arm|arms|myself|hand with ..2 lighter|cigarette|cigarettes|iron|matches|lighters",
    "razor|blade|blades|razors ..6 cut|arms|skin|wrists|thighs|myself !shaving|shave",
  ],
};
