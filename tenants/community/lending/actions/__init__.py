"""Actions of lenders, borrowers and the clock."""
