"""What a cell says, in people's many spellings: by the shape of the field it is for."""
