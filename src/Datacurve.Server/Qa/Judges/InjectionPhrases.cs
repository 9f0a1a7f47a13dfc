using System.Text.RegularExpressions;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// What people write to a judge rather than about their work. Matched on folded text: lower case, look-alike
/// letters made Latin, <c>_</c> and <c>-</c> as spaces.
/// </summary>
/// <remarks>
/// Non-backtracking, so that no recorded text can make a match slow. Written to leave a developer's
/// sentences alone: "f(2, 3) should give 5", "ignore the previous value" and "retry 5 times" are about a
/// program.
/// </remarks>
internal static class InjectionPhrases
{
    private const string Machine =
        @"(?:ai|llm|judge|grader|evaluator|(?:large )?language model|scoring model|assistant)";

    private const string Five = @"(?:5|five)(?:\.0)?";

    private static readonly Regex[] Phrases =
    [
        // Set the rules aside.
        Phrase(
            @"\b(?:ignore|disregard|forget|override|bypass)\s+",
            @"(?:(?:all|any|the|your|these|those|of|my|this|and|every)\s+)*",
            @"(?:(?:previous|prior|above|earlier|preceding|given|system|grading|scoring|judging)\s+)*",
            @"(?:rubrics?|instructions?|prompts?|guidelines?|(?:grading|scoring|judging)\s+\w+)\b"
        ),
        Phrase(
            @"\b(?:ignore|disregard|forget)\s+(?:all|everything)\s+",
            @"(?:(?:that|which)\s+(?:came|was)\s+)?(?:above|before|previous|prior|you)\b"
        ),
        // Ask for a number, as a command.
        Phrase(
            @"(?:^|[,.;:!?""'(\[{/*#>]",
            @"|\b(?:and|please|just|then|now|always|simply|must|you should|you to|you will)\s)",
            @"\s*(?:give|award|assign|rate|grade|score|output|return)\s+",
            @"(?:(?:it|this|me|us|a|an|the|all|every|everything|each|them|of|trace|solution|fix|dimension",
            @"|score|scores|as|is|to|with|at|in|developer|work)\s+)*",
            Five,
            @"(?:\W|$)"
        ),
        Phrase(
            @"\b(?:give|award|assign|deserves?|rate|grade|score|mark|output)\b[^.\n]{0,60}\b",
            @"(?:full|perfect|maximum|max|top|highest)\s+(?:possible\s+)?",
            @"(?:marks?|scores?|points?|ratings?|grades?)\b"
        ),
        Phrase(
            @"\b(?:give|award|assign|deserves?|rate|grade|score|mark|output)\b[^.\n]{0,60}\b",
            @"(?:",
            Five,
            @"\s*(?:/\s*5|out\s+of\s+(?:5|five)|stars?\b|(?:in|for|on)\s+(?:every|each|all)\b",
            @"|across\s+the\s+board)",
            @"|(?:5|five)s\b)"
        ),
        Phrase(
            @"\b(?:rubric|scores?|grades?|ratings?|dimensions?|overall)\b[^.\n]{0,40}\b",
            @"(?:must|should|has\s+to|have\s+to|shall)\s+(?:all\s+)?(?:be|get|receive)\s+(?:a\s+)?",
            @"(?:5|five|maximum|max|perfect|full)\b"
        ),
        // Speak to the machine, or tell it who it is.
        Phrase(
            @"\b(?:dear|hey|hi|hello|attention|(?:note|message|instructions?) (?:to|for))[\s,:]+",
            @"(?:the\s+|all\s+|an?\s+|any\s+)?",
            Machine,
            @"\b"
        ),
        Phrase(@"\bas\s+an?\s+(?:ai\b|llm\b|(?:large\s+)?language\s+model)"),
        Phrase(@"\b", Machine, @"[,:]\s+(?:please|you|give|score|rate|ignore|this\s+trace)\b"),
        Phrase(
            @"\b(?:you are|you're|act as|pretend to be|behave as)\s+(?:now\s+)?(?:an?\s+|the\s+)?(?:\w+\s+)?",
            Machine,
            @"\b"
        ),
        Phrase(@"\bfrom\s+now\s+on,?\s+you\b"),
        // Imitate the frame of a conversation.
        Phrase(@"<\|[^|\n]{1,40}\|>|\[/?inst\]|<</?sys>>|</?(?:system|assistant|instructions?)>"),
        Phrase(
            @"\b(?:new|updated|revised|real|actual|begin|end|important)\s+(?:system\s+)?",
            @"(?:instructions?|prompt|rubric)\s*(?::|\]|\n)"
        ),
        Phrase(@"\bsystem\s+(?:prompt|message|instructions?|override)\s*:"),
        Phrase(
            @"^\W*(?:system|assistant|developer)\s*:\s*",
            @"(?:you|ignore|disregard|the\s+judge|override|from\s+now|give|score)\b"
        ),
        // Answer in the judge's place.
        Phrase(
            @"\b(?:root\s+cause\s+identification|plan\s+quality|experiment\s+iterate\s+loop",
            @"|use\s+of\s+signals\s+tests\s+logs|minimality\s+of\s+fix)\b",
            @"[""'\s]*[:=][\s{""']*(?:score[""']?\s*[:=]\s*)?[""']?\d"
        ),
        Phrase(@"[""'](?:overall|clarity)[""']\s*[:=]\s*(?:\{\s*[""']score[""']\s*:\s*)?[""']?[0-5]\b"),
        Phrase(@"\b(?:set|add|raise|include|give|output|flag)\b[^.\n]{0,40}\bexemplary\s+trace\b"),
        Phrase(@"""exemplary\s+trace"""),
    ];

    private static readonly Regex Unit = Phrase(
        @"^\s*(?:ms|s|secs?|seconds?|minutes?|hours?|days?|retries|times|tries|attempts|items|elements",
        @"|rows|bytes|kb|mb|px|%|percent)\b"
    );

    /// <summary>Where a phrase stands, in no order, perhaps overlapping.</summary>
    public static IEnumerable<(int Start, int End)> Find(string folded)
    {
        foreach (var phrase in Phrases)
            for (var match = phrase.Match(folded); match.Success; match = match.NextMatch())
                if (!Unit.IsMatch(folded.AsSpan(match.Index + match.Length)))
                    yield return (match.Index, match.Index + match.Value.TrimEnd().Length);
    }

    private static Regex Phrase(params string[] parts) =>
        new(
            string.Concat(parts),
            RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.CultureInvariant
        );
}
