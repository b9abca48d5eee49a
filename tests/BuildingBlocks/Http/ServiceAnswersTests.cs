using System.Net;
using System.Text;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Carts;

namespace GoCart.Tests.BuildingBlocks.Http;

public sealed class ServiceAnswersTests
{
    private const string Cart = """{"id":null,"version":3,"ordered_version":2,"items":[],"new_field":1}""";

    [Fact]
    public async Task A_field_that_is_new_is_passed_over()
    {
        var cart = await ReadAsync(Cart);

        Assert.Equal((3, 2), (cart.Version, cart.OrderedVersion));
    }

    [Theory]
    [InlineData("""{"id":null,"version":3,"items":[]}""")]
    [InlineData("""{"id":null,"version":3,"ordered_version":2,"items":null}""")]
    [InlineData("""{"id":null,"version":"3","ordered_version":2,"items":[]}""")]
    [InlineData("null")]
    [InlineData("<html>")]
    public async Task An_answer_in_which_something_is_missing_is_the_failure_of_the_service(string body) =>
        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(body));

    private static async Task<CartContents> ReadAsync(string body)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await response.ReadAnswerAsync<CartContents>(TestContext.Current.CancellationToken);
    }
}
