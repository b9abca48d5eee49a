using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using GoCart.Cli.Formats;

namespace GoCart.Cli.Commands;

/// <summary>Arguments and options that several commands have.</summary>
internal static class Parameters
{
    private const int DefaultLimit = 50;

    public static Argument<string> Product() => new("product") { Description = "Its id or its name." };

    public static Argument<Guid> Order() => new("order")
    {
        Description = "Its id.",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!Guid.TryParseExact(text, "D", out var id))
                result.AddError($"\"{text}\" is not the id of an order; see them with: gocart orders list");
            return id;
        },
    };

    /// <param name="hint">Where ids are to be seen.</param>
    public static Argument<Guid> Id(string name, string description, string hint) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            if (result.Tokens is not [{ Value: var text }])
                return default;
            if (!Guid.TryParseExact(text, "D", out var id))
                result.AddError($"\"{text}\" is not an id; {hint}");
            return id;
        },
    };

    /// <summary>Text like 19.99, as cents.</summary>
    public static Option<long?> Cents(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "19.99",
        CustomParser = result =>
        {
            if (Price.TryParse(result.Tokens[0].Value, out var cents, out var problem))
                return cents;
            result.AddError($"{name}: {problem}");
            return null;
        },
    };

    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask." };

    public static Option<string?> IdempotencyKey(string description) => new("--idempotency-key")
    {
        Description = description,
        HelpName = "key",
    };

    public static Option<string?> Status(string[] statuses) =>
        new Option<string?>("--status") { Description = "Only orders in this status." }.AcceptOnlyFromAmong(statuses);

    /// <summary>How much of a list.</summary>
    public sealed class Length
    {
        private readonly Option<int> _limit = new("--limit")
        {
            Description = "At most so many, newest first.",
            DefaultValueFactory = _ => DefaultLimit,
            Validators = { NotBelowOne },
        };

        private readonly Option<bool> _all = new("--all") { Description = "The whole list." };

        public Command AddTo(Command command)
        {
            command.Options.Add(_limit);
            command.Options.Add(_all);
            return command;
        }

        public int Of(ParseResult parsed) => parsed.GetValue(_all) ? int.MaxValue : parsed.GetValue(_limit);

        private static void NotBelowOne(OptionResult result)
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit) && limit < 1)
                result.AddError("--limit: at least 1");
        }
    }
}
