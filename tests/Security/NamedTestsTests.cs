using System.Reflection;
using System.Text.RegularExpressions;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Security;

/// <summary>A page that says which test holds a promise names a test that exists.</summary>
public sealed partial class NamedTestsTests
{
    private static readonly ILookup<string, MethodInfo> Tests = typeof(NamedTestsTests).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Tests", StringComparison.Ordinal))
        .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any()))
        .ToLookup(method => method.ReflectedType!.Name); // found through its type

    public static TheoryData<string> Pages { get; } =
    [
        "README.md",
        .. Directory.EnumerateFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories)
            .Select(page => Path.GetRelativePath(Repository.Path("."), page)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_test_that_a_page_names_exists(string page)
    {
        var text = await File.ReadAllTextAsync(Repository.Path(page), TestContext.Current.CancellationToken);

        Assert.All(NamedTest().Matches(text), name => Assert.True(
            Exists(name.Groups["class"].Value, name.Groups["method"].Value), $"{page} names {name.Value}, which is not there."));
    }

    /// <summary>Or the names are written in a way that the search above does not know.</summary>
    [Theory]
    [InlineData("README.md", 10)]
    [InlineData("docs/guarantees.md", 10)]
    [InlineData("docs/security.md", 10)]
    [InlineData("docs/threat-model.md", 60)]
    [InlineData("docs/asvs.md", 40)]
    public async Task Pages_of_promises_name_their_tests(string page, int atLeast)
    {
        var text = await File.ReadAllTextAsync(Repository.Path(page), TestContext.Current.CancellationToken);

        Assert.InRange(NamedTest().Count(text), atLeast, int.MaxValue);
    }

    [Fact]
    public async Task Every_threat_names_its_test_or_says_that_it_is_left()
    {
        var lines = await File.ReadAllLinesAsync(Repository.Path("docs/threat-model.md"), TestContext.Current.CancellationToken);
        var threats = lines.Where(line => Threat().IsMatch(line)).ToArray();

        Assert.All(threats, threat => Assert.True(
            NamedTest().IsMatch(threat) || threat.Contains("**Left:**", StringComparison.Ordinal), threat));
        // Every arrow has been looked at for each of the six kinds.
        var kinds = threats.Select(threat => Threat().Match(threat)).ToLookup(match => match.Groups[1].Value, match => match.Groups[2].Value);
        Assert.All(kinds, arrow => Assert.Equal("DEIRST", string.Concat(arrow.Distinct().Order())));
    }

    /// <summary>Measurements are not built with the rest, and known by their file.</summary>
    private static bool Exists(string testClass, string method) => method is ""
        ? Tests.Contains(testClass) || Directory.EnumerateFiles(Repository.Path("tests"), $"{testClass}.cs", SearchOption.AllDirectories).Any()
        : Tests[testClass].Any(test => test.Name == method);

    /// <summary><c>FramingTests</c> for all of a class, or <c>FramingTests.A_name</c>.</summary>
    [GeneratedRegex(@"\b(?<class>[A-Z]\w+Tests)\b(?:\.(?<method>[A-Z]\w+))?")]
    private static partial Regex NamedTest();

    /// <summary>A row of the table: the arrow's number and the kind of threat.</summary>
    [GeneratedRegex(@"^\| (\d+)([STRIDE]) \|")]
    private static partial Regex Threat();
}
