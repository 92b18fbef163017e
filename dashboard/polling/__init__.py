"""Reading outside systems again and again, with manners."""
