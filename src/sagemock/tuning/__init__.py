"""How a tuning job chooses hyperparameters, and when it stops: pure logic, which knows no AWS."""
