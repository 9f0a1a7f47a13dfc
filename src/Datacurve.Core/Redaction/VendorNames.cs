namespace Datacurve.Core.Redaction;

/// <summary>
/// Whose keys they are, before <c>key</c> in a name: of a vendor's even a digest or a UUID is a secret.
/// </summary>
internal static class VendorNames
{
    public static readonly string[] All = """
        adyen algolia amplitude anthropic assemblyai azure braintree browserstack claude cloudflare
        cognitive cognitiveservices cohere coinbase coinmarketcap datadog deepgram deepl elevenlabs
        etherscan fastly finnhub firebase gemini geoapify giphy groq heroku hetzner hubspot
        huggingface intercom ipinfo ipstack klaviyo linode locationiq mailchimp mailgun mailjet
        mapbox maptiler mistral mixpanel newrelic newsapi opencage openrouter openweather paypal
        perplexity pexels pinecone pixabay plaid posthog postmark razorpay replicate resend sauce
        saucelabs scaleway scraperapi sendgrid sending sentry serpapi shodan sparkpost speech
        supabase tavily tmdb tomtom translator twilio typesense unsplash upstash virustotal vonage
        vultr zendesk
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
