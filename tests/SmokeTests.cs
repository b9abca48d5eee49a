namespace GoCart.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void The_test_runner_runs() => Assert.Equal(4, 2 + 2);
}
