using GoCart.BuildingBlocks.Auth;

namespace GoCart.Tests.BuildingBlocks.Auth;

public sealed class PasswordHashTests
{
    /// <summary>From the test file of the reference implementation, github.com/P-H-C/phc-winner-argon2 src/test.c.</summary>
    [Theory]
    [InlineData("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")]
    [InlineData("password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("password", "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg")]
    [InlineData("differentpassword", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94")]
    [InlineData("password", "$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw")]
    public void A_hash_made_by_the_reference_implementation_is_verified(string password, string hash)
    {
        Assert.True(PasswordHash.Verify(hash, password));
        Assert.False(PasswordHash.Verify(hash, password + "!"));
    }

    [Fact]
    public void A_hash_names_its_parameters_and_has_a_salt_of_its_own()
    {
        var first = PasswordHash.Create("password123");
        var second = PasswordHash.Create("password123");

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", first, StringComparison.Ordinal);
        Assert.NotEqual(first, second);
        Assert.True(PasswordHash.Verify(first, "password123"));
        Assert.True(PasswordHash.Verify(second, "password123"));
    }

    [Theory]
    [InlineData("password123", "Password123")]
    [InlineData("password123", "password123 ")]
    [InlineData("e\u0301migr\u00e9-emigre", "\u00e9migr\u00e9-emigre")]
    public void Passwords_that_only_look_alike_differ(string password, string other) =>
        Assert.False(PasswordHash.Verify(PasswordHash.Create(password), other));

    [Fact]
    public void A_long_password_counts_to_its_last_character()
    {
        var password = string.Concat(Enumerable.Repeat("\U0001F511", 127));

        var hash = PasswordHash.Create(password + "a");

        Assert.True(PasswordHash.Verify(hash, password + "a"));
        Assert.False(PasswordHash.Verify(hash, password + "b"));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_and_not_replaced() =>
        Assert.ThrowsAny<ArgumentException>(() => PasswordHash.Create("password\uD83D"));

    [Theory]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", false)]
    [InlineData("$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", false)]
    [InlineData("$argon2id$v=19$m=12288,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", true)]
    [InlineData("$argon2id$v=19$m=19456,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", true)]
    [InlineData("$argon2i$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", true)]
    public void A_hash_made_with_less_work_is_outdated(string hash, bool isOutdated) =>
        Assert.Equal(isOutdated, PasswordHash.IsOutdated(hash));
}
