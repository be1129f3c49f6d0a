// The emoji that apps use most. A name that is not here stays as it was written, like an unknown emoji in Slack.

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|100 💯|tada 🎉|rocket 🚀|wave 👋|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|handshake 🤝|ok_hand 👌|point_right 👉|point_left 👈|point_up 👆|point_down 👇|fist 👊|eyes 👀|
smile 😄|smiley 😃|grinning 😀|slightly_smiling_face 🙂|simple_smile 🙂|blush 😊|wink 😉|joy 😂|heart_eyes 😍|thinking_face 🤔|neutral_face 😐|confused 😕|disappointed 😞|cry 😢|sob 😭|sweat_smile 😅|sunglasses 😎|worried 😟|open_mouth 😮|hugging_face 🤗|star-struck 🤩|partying_face 🥳|relieved 😌|zzz 💤|
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|heavy_multiplication_x ✖️|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|exclamation ❗|question ❓|grey_question ❔|bangbang ‼️|rotating_light 🚨|information_source ℹ️|bulb 💡|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|thought_balloon 💭|left_speech_bubble 🗨️|
heart ❤️|blue_heart 💙|green_heart 💚|yellow_heart 💛|purple_heart 💜|star ⭐|star2 🌟|sparkles ✨|fire 🔥|zap ⚡|trophy 🏆|medal 🏅|sports_medal 🏅|first_place_medal 🥇|second_place_medal 🥈|third_place_medal 🥉|crown 👑|gem 💎|gift 🎁|balloon 🎈|confetti_ball 🎊|
calendar 📆|date 📅|spiral_calendar_pad 🗓️|clock1 🕐|clock9 🕘|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|hourglass ⌛|hourglass_flowing_sand ⏳|watch ⌚|
memo 📝|pencil 📝|pencil2 ✏️|writing_hand ✍️|clipboard 📋|page_facing_up 📄|page_with_curl 📃|bookmark_tabs 📑|bookmark 🔖|books 📚|book 📖|notebook 📓|open_file_folder 📂|file_folder 📁|card_index 📇|card_index_dividers 🗂️|bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|chart 💹|email 📧|envelope ✉️|incoming_envelope 📨|inbox_tray 📥|outbox_tray 📤|package 📦|pushpin 📌|round_pushpin 📍|paperclip 📎|link 🔗|scissors ✂️|
lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|shield 🛡️|mag 🔍|mag_right 🔎|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|toolbox 🧰|compass 🧭|dart 🎯|scales ⚖️|balance_scale ⚖️|microscope 🔬|telescope 🔭|computer 💻|desktop_computer 🖥️|iphone 📱|floppy_disk 💾|electric_plug 🔌|battery 🔋|robot_face 🤖|moneybag 💰|dollar 💵|credit_card 💳|briefcase 💼|office 🏢|house 🏠|classical_building 🏛️|mortar_board 🎓|
bust_in_silhouette 👤|busts_in_silhouette 👥|technologist 🧑‍💻|seedling 🌱|herb 🌿|four_leaf_clover 🍀|deciduous_tree 🌳|sunflower 🌻|sunny ☀️|partly_sunny ⛅|cloud ☁️|rainbow 🌈|snowflake ❄️|ocean 🌊|mountain ⛰️|earth_asia 🌏|coffee ☕|cake 🍰|birthday 🎂|
red_circle 🔴|large_red_square 🟥|large_orange_circle 🟠|large_orange_square 🟧|large_yellow_circle 🟡|large_yellow_square 🟨|large_green_circle 🟢|large_green_square 🟩|large_blue_circle 🔵|large_blue_square 🟦|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|white_large_square ⬜|black_large_square ⬛|white_square_button 🔳|black_square_button 🔲|large_blue_diamond 🔷|large_orange_diamond 🔶|small_blue_diamond 🔹|small_orange_diamond 🔸|small_red_triangle 🔺|small_red_triangle_down 🔻|
arrow_up ⬆️|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrows_counterclockwise 🔄|repeat 🔁|leftwards_arrow_with_hook ↩️|fast_forward ⏩|black_right_pointing_triangle_with_double_vertical_bar ⏯️|arrow_forward ▶️|double_vertical_bar ⏸️|black_square_for_stop ⏹️|heavy_plus_sign ➕|heavy_minus_sign ➖|new 🆕|ok 🆗|sos 🆘|top 🔝|soon 🔜|
zero 0️⃣|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|checkered_flag 🏁|triangular_flag_on_post 🚩|flag-cn 🇨🇳|cn 🇨🇳|us 🇺🇸|flag-us 🇺🇸`;

const EMOJI = new Map(
  TABLE.split("|").map((entry) => {
    const [name, glyph] = entry.trim().split(" ");
    return [name, glyph];
  }),
);

/** The character for a Slack emoji name without colons, or undefined. */
export const emojiFor = (name) => EMOJI.get(name);

/** Replaces `:name:` (with an optional skin tone) in plain text. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):(?::skin-tone-\d:)?/g, (whole, name) => EMOJI.get(name) ?? whole);
}
