using System.CommandLine;
using GoCart.Cli.Views;
using GoCart.Operator.DeadLetters;

namespace GoCart.Cli.Commands;

/// <summary>gocart dead-letters list, show, replay</summary>
internal static class DeadLetterCommands
{
    public static Command Create(CommandRunner runner) =>
        new("dead-letters", "The messages that services could not handle.") { List(runner), Show(runner), Replay(runner) };

    private static Command List(CommandRunner runner)
    {
        var settings = new SettingsOption();
        var command = new Command("list", "Lists the queues and how many dead letters each has.") { settings };
        return runner.RunsForOperator(command, async (context, parsed, cancellationToken) =>
        {
            await using var queues = await ConnectAsync(settings, parsed, runner, cancellationToken);
            var found = await queues.ListAsync(cancellationToken);
            if (context.IsJson)
                context.PrintJson(found);
            else
                context.Print(DeadLetterViews.Table(found));
        });
    }

    private static Command Show(CommandRunner runner)
    {
        var (settings, queue) = (new SettingsOption(), Queue());
        var limit = new Option<int>("--limit") { Description = "How many, the oldest first.", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError("--limit must be 1 or more.");
        });
        var command = new Command("show", "Shows dead letters, and leaves them where they are.") { queue, limit, settings };
        return runner.RunsForOperator(command, async (context, parsed, cancellationToken) =>
        {
            await using var queues = await ConnectAsync(settings, parsed, runner, cancellationToken);
            var letters = await queues.ShowAsync(parsed.GetRequiredValue(queue), parsed.GetValue(limit), cancellationToken);
            if (context.IsJson)
                context.PrintJson(letters);
            else if (letters.Count == 0)
                context.Terminal.Say("There is nothing to show.");
            foreach (var letter in context.IsJson ? [] : letters)
                context.Print(DeadLetterViews.Details(letter, context.Clock));
        });
    }

    private static Command Replay(CommandRunner runner)
    {
        var (settings, queue) = (new SettingsOption(), Queue());
        var message = new Argument<string?>("message")
        {
            Description = "The id of the message; or --all.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--all") { Description = "All that are there now." };
        var command = new Command("replay", "Hands dead letters back to their queue, to be handled once more.")
        {
            queue, message, all, settings,
        };
        return runner.RunsForOperator(command, async (context, parsed, cancellationToken) =>
        {
            var messageId = parsed.GetValue(message);
            if (messageId is null != parsed.GetValue(all))
                throw CliException.Usage("Name one message, or say --all.");

            await using var queues = await ConnectAsync(settings, parsed, runner, cancellationToken);
            var count = await queues.ReplayAsync(parsed.GetRequiredValue(queue), messageId, cancellationToken);
            context.Terminal.SayDone($"Replayed: {count}.");
            if (context.IsJson)
                context.PrintJson(new { replayed = count });
        });
    }

    private static Argument<string> Queue() => new("queue")
    {
        Description = "Where the messages come from, such as products.order.created.",
    };

    private static async Task<DeadLetterQueues> ConnectAsync(
        SettingsOption settings, ParseResult parsed, CommandRunner runner, CancellationToken cancellationToken) =>
        await DeadLetterQueues.ConnectAsync(settings.Read(parsed, runner.Environment), cancellationToken);
}
