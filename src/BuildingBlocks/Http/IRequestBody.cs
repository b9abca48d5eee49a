using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// A request body: a record whose JSON is read strictly (<see cref="StrictJson"/>) and whose validation attributes are checked
/// before its handler runs. A handler that takes it as nullable also accepts a request without a body.
/// </summary>
/// <remarks>
/// Answers 400 <c>invalid_request</c> with the fields concerned, 413 over 64 KiB, 415 for anything but JSON in UTF-8. ASP.NET's
/// own binding lets pass other media types that end in <c>+json</c>, and fails with 500 on an unknown charset.
/// </remarks>
public interface IRequestBody<TSelf> : IRequestBody, IBindableFromHttpContext<TSelf>, IEndpointParameterMetadataProvider
    where TSelf : class, IRequestBody<TSelf>
{
    static async ValueTask<TSelf?> IBindableFromHttpContext<TSelf>.BindAsync(HttpContext context, ParameterInfo parameter) =>
        await RequestBodyReader.ReadAsync<TSelf>(context);

    static void IEndpointParameterMetadataProvider.PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        var isOptional = new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
        builder.Metadata.Add(new RequestBodyMetadata(typeof(TSelf), isOptional));
    }
}

/// <summary>What all request bodies have in common: their type.</summary>
public interface IRequestBody;

/// <summary>Tells the OpenAPI document, and the reader of the body, what a route expects.</summary>
internal sealed class RequestBodyMetadata(Type bodyType, bool isOptional) : IAcceptsMetadata
{
    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public Type RequestType => bodyType;

    public bool IsOptional => isOptional;
}
