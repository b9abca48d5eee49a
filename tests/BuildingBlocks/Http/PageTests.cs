using GoCart.BuildingBlocks.Http;

namespace GoCart.Tests.BuildingBlocks.Http;

public sealed class PageTests
{
    [Fact]
    public void A_list_is_its_path_and_its_filters_however_page_size_and_cursor_are_written()
    {
        var context = new DefaultHttpContext();
        context.Request.Path = "/api/orders";
        context.Request.QueryString = new("?Limit=5&status=paid&CURSOR=abc&limit=6&a=1");

        Assert.Equal("/api/orders?a=1&status=paid", Page.ListOf(context.Request));
    }

    [Fact]
    public void One_row_more_than_the_limit_makes_a_next_page()
    {
        var page = new Page(2, null);

        var whole = page.Of([1, 2], row => -row, row => $"{row}");
        var part = page.Of([1, 2, 3], row => -row, row => $"{row}");

        Assert.Equal([-1, -2], whole.Items);
        Assert.Null(whole.NextPosition);
        Assert.Equal([-1, -2], part.Items);
        Assert.Equal("2", part.NextPosition);
    }
}
