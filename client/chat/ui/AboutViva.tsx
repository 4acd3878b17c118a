/** What VIVA is, said plainly: at first use and in the chat's info, nowhere else. */
export function AboutViva() {
  return (
    <div class="about">
      <p>
        <strong>VIVA is an AI coach.</strong> It listens, asks one question at a time and helps you
        put your Life Vision into words. It knows your Life Profile, your Vibrational Assessment and
        your vision, so what you read is meant for you. It can be wrong, and you have the last word.
      </p>
      <p>
        VIVA does not replace a doctor, a therapist or a lawyer. If you are in danger or in crisis,
        please call the help line of your country.
      </p>
    </div>
  );
}
