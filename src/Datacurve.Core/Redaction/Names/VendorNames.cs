namespace Datacurve.Core.Redaction.Names;

/// <summary>
/// Whose keys they are, before <c>key</c> in a name: of a vendor's even a digest or a UUID is a secret.
/// </summary>
internal static class VendorNames
{
    public static readonly string[] All = """
        adyen algolia amplitude anthropic assemblyai azure braintree browserstack cerebras claude
        cloudflare cognitive cognitiveservices cohere coinbase coinmarketcap datadog deepgram deepl
        deepseek elevenlabs etherscan fastly finnhub firebase fireworks gemini geoapify giphy groq
        helicone heroku hetzner hubspot huggingface intercom ipinfo ipstack jina klaviyo langfuse
        langsmith linode locationiq mailchimp mailgun mailjet mapbox maptiler mistral mixpanel
        newrelic newsapi openai opencage openrouter openweather paypal perplexity pexels pinecone
        pixabay plaid posthog postmark razorpay replicate resend runpod sauce saucelabs scaleway
        scraperapi sendgrid sending sentry serpapi shodan sparkpost speech stability supabase tavily
        tmdb tomtom translator twilio typesense unsplash upstash virustotal vonage voyage vultr
        zendesk betterstack configcat cosmos cosmosdb fusionauth gandi iothub kaggle logdna mandrill
        mezmo roboflow scout splitio transifex uploadcare
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
