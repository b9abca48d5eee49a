namespace GoCart.Operator;

/// <summary>Something the operator should know, in one sentence.</summary>
public class OperatorException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What was named does not exist.</summary>
public sealed class NothingFoundException(string message) : OperatorException(message);

/// <summary>It is there already.</summary>
public sealed class TakenException(string message) : OperatorException(message);

/// <summary>What was given breaks a rule.</summary>
public sealed class RefusedInputException(string message) : OperatorException(message);
